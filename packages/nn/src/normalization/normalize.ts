import { add, mean, mul, rsqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '@unroll/backend/operations';

/**
 * `x̂ = (x − E[x]) / √(Var[x] + ε)` over the last axes. Its gradient, `(dy − E[dy] − x̂·E[dy·x̂]) / √(Var[x] + ε)`,
 * takes a third of the kernel calls that tfjs would need to differentiate each operation.
 *
 * @param observe receives `E[x]` and `Var[x]`, with axes of size 1; both are disposed when it has returned
 */
export function normalize(
  operation: string,
  x: Tensor,
  axisCount: number,
  eps: number,
  observe?: (mean: Tensor, variance: Tensor) => void,
): Tensor {
  const axes = Array.from({ length: axisCount }, (_, i) => x.rank - axisCount + i);
  const [normalized] = differentiable({
    firstOrderOnly: operation,
    inputs: { x },
    forward: (save) => {
      const center = mean(x, axes, true);
      const centered = sub(x, center);
      const variance = mean(square(centered), axes, true);
      observe?.(center, variance);
      const inverseStd = rsqrt(add(variance, eps));
      const xHat = mul(centered, inverseStd);
      save(xHat);
      save(inverseStd);
      return [xHat];
    },
    backward: ([dy], [xHat, inverseStd]) => ({
      x: () => {
        const along = mul(xHat!, mean(mul(dy!, xHat!), axes, true));
        return mul(sub(sub(dy!, mean(dy!, axes, true)), along), inverseStd!);
      },
    }),
  });
  return normalized!;
}
