import { add, matMul, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';

/** `x·Wᵀ + b`, `[N, F]`, from rows `[N, G]`, a weight `[F, G]` and an optional bias `[F]`. */
export function affine(x: Tensor2D, weight: Tensor2D, bias?: Tensor1D): Tensor2D {
  const product: Tensor2D = matMul(x, weight, false, true);
  return bias ? add(product, bias) : product;
}
