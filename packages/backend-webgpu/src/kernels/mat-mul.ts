import { _FusedMatMul, BatchMatMul, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { product } from './product.ts';
import { runOther } from './run-other.ts';
import { tfjsKernel, type WebgpuKernel } from './webgpu-kernel.ts';

interface Attrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

interface Operands extends Attrs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  /** `[n]` */
  readonly bias?: TensorInfo | undefined;
}

/**
 * `[…, m, k] · […, k, n]` of float32. Undefined if shapes do not fit (TensorFlow.js reports this), and if the leading
 * axes differ, unless one operand is a single matrix.
 */
function matMul(
  gpu: WebgpuBackend,
  { a, b, bias, transposeA, transposeB }: Operands,
): TensorInfo | undefined {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
  if (a.shape.length < 2 || b.shape.length < 2) return undefined;
  const leadingA = a.shape.slice(0, -2);
  const leadingB = b.shape.slice(0, -2);
  const countA = util.sizeFromShape(leadingA);
  const countB = util.sizeFromShape(leadingB);
  if (!util.arraysEqual(leadingA, leadingB) && countA !== 1 && countB !== 1) return undefined;
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [inner, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  if (inner !== k) return undefined;
  const sharesA = countA === 1;
  const sharesB = countB === 1;
  const longer = leadingA.length >= leadingB.length ? leadingA : leadingB;
  const leading = sharesA && sharesB ? longer : sharesA ? leadingB : leadingA;
  const c = gpu.output([...leading, m, n]);
  const matrices = sharesA ? countB : countA;
  product(gpu, { a, b, bias, c, m, k, n, transposeA, transposeB, matrices, sharesA, sharesB });
  return c;
}

const batchMatMul = tfjsKernel<{ a: TensorInfo; b: TensorInfo }, Attrs>(
  BatchMatMul,
  ({ a, b }, { transposeA, transposeB }, gpu) => matMul(gpu, { a, b, transposeA, transposeB }),
);

/** Kernels of activations by their names in fused operations */
const activations: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
};

interface FusedInputs {
  readonly a: TensorInfo;
  readonly b: TensorInfo;
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

interface FusedAttrs extends Attrs {
  readonly activation: string;
  readonly leakyreluAlpha?: number;
}

/** The product and the bias in one program; the activation is a separate kernel. */
const fusedMatMul = tfjsKernel<FusedInputs, FusedAttrs>(_FusedMatMul, (inputs, attrs, gpu) => {
  const { a, b, bias, preluActivationWeights } = inputs;
  const { transposeA, transposeB, activation, leakyreluAlpha } = attrs;
  const n = b.shape.at(transposeB ? -2 : -1)!;
  if (bias && (bias.dtype !== 'float32' || bias.shape.at(-1) !== n || util.sizeFromShape(bias.shape) !== n))
    return undefined;
  if (activation !== 'linear' && !(activation in activations)) return undefined;
  const c = matMul(gpu, { a, b, bias, transposeA, transposeB });
  if (!c || activation === 'linear') return c;
  gpu.adoptScratch(c);
  return runOther(
    gpu,
    activations[activation]!,
    preluActivationWeights ? { x: c, alpha: preluActivationWeights } : { x: c },
    leakyreluAlpha === undefined ? {} : { alpha: leakyreluAlpha },
  );
});

export const matMulKernels: readonly WebgpuKernel[] = [batchMatMul, fusedMatMul];
