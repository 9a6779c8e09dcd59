import {
  _FusedMatMul,
  type _FusedMatMulAttrs,
  Add,
  BatchMatMul,
  type BatchMatMulAttrs,
  broadcast_util,
  Elu,
  LeakyRelu,
  Prelu,
  Relu,
  Relu6,
  Sigmoid,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { CpuBackend } from '../cpu-backend.ts';
import { tfjsKernel } from './cpu-kernel.ts';
import { matrix, product } from './product.ts';
import { runOther } from './run-other.ts';

interface Operands {
  a: TensorInfo;
  b: TensorInfo;
}

/**
 * `[..., M, K] · [..., K, N] → [..., M, N]`; leading axes are broadcast, and the last two of each operand may be
 * transposed.
 */
export const batchMatMul = tfjsKernel<Operands, BatchMatMulAttrs>(BatchMatMul, ({ a, b }, attrs, cpu) =>
  a.dtype === 'float32' && b.dtype === 'float32' ? multiply(cpu, a, b, attrs) : undefined,
);

interface FusedOperands extends Operands {
  bias?: TensorInfo;
  preluActivationWeights?: TensorInfo;
}

/** A product with a bias and an activation. */
export const fusedMatMul = tfjsKernel<FusedOperands, _FusedMatMulAttrs>(
  _FusedMatMul,
  ({ a, b, bias, preluActivationWeights }, attrs, cpu) => {
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
    const columns = b.shape[attrs.transposeB ? b.shape.length - 2 : b.shape.length - 1]!;
    const perColumn =
      bias?.dtype === 'float32' &&
      bias.shape.at(-1) === columns &&
      util.sizeFromShape(bias.shape) === columns;
    let result = multiply(cpu, a, b, attrs, perColumn ? bias : undefined);
    const replace = (next: TensorInfo) => {
      cpu.disposeIntermediateTensorInfo(result);
      result = next;
    };
    if (bias && !perColumn) replace(runOther(cpu, Add, { a: result, b: bias }));
    const activate = activations[attrs.activation];
    if (activate) replace(activate(cpu, result, attrs, preluActivationWeights));
    return result;
  },
);

type Activation = (
  cpu: CpuBackend,
  x: TensorInfo,
  attrs: _FusedMatMulAttrs,
  preluWeights: TensorInfo | undefined,
) => TensorInfo;

/** Every activation of tfjs's fused operations except `linear`. */
const activations: Readonly<Record<string, Activation>> = {
  relu: (cpu, x) => runOther(cpu, Relu, { x }),
  relu6: (cpu, x) => runOther(cpu, Relu6, { x }),
  elu: (cpu, x) => runOther(cpu, Elu, { x }),
  sigmoid: (cpu, x) => runOther(cpu, Sigmoid, { x }),
  prelu: (cpu, x, _, alpha) => runOther(cpu, Prelu, { x, alpha }),
  leakyrelu: (cpu, x, { leakyreluAlpha = 0.2 }) => runOther(cpu, LeakyRelu, { x }, { alpha: leakyreluAlpha }),
};

function multiply(
  cpu: CpuBackend,
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: BatchMatMulAttrs,
  bias?: TensorInfo,
): TensorInfo {
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [sharedSize, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  util.assert(
    k === sharedSize,
    () =>
      `Error in matMul: inner shapes (${k}) and (${sharedSize}) of Tensors with shapes ${a.shape} and ${b.shape} and ` +
      `transposeA=${transposeA} and transposeB=${transposeB} must match.`,
  );
  const aBatches = a.shape.slice(0, -2);
  const bBatches = b.shape.slice(0, -2);
  const batches = broadcast_util.assertAndGetBroadcastShape(aBatches, bBatches);
  const output = cpu.output([...batches, m, n], 'float32');
  const aPointer = cpu.pointer(a);
  const bPointer = cpu.pointer(b);
  const biasPointer = bias && cpu.pointer(bias);

  if (!transposeA && util.sizeFromShape(bBatches) === 1) {
    // All A share one B, so the rows of all A form one matrix.
    product(cpu, {
      m: m * util.sizeFromShape(aBatches),
      k,
      n,
      a: matrix(aPointer, aColumns),
      b: matrix(bPointer, bColumns, transposeB),
      c: output,
      bias: biasPointer,
    });
    return output.info;
  }
  const aIndex = batchIndex(batches, aBatches);
  const bIndex = batchIndex(batches, bBatches);
  for (let batch = 0; batch < util.sizeFromShape(batches); batch++) {
    product(cpu, {
      m,
      k,
      n,
      a: matrix(aPointer + 4 * aIndex(batch) * m * k, aColumns, transposeA),
      b: matrix(bPointer + 4 * bIndex(batch) * k * n, bColumns, transposeB),
      c: { pointer: output.pointer + 4 * batch * m * n },
      bias: biasPointer,
    });
  }
  return output.info;
}

/** The index of an operand's matrix for each position of the broadcast batch. */
function batchIndex(batches: readonly number[], own: readonly number[]): (batch: number) => number {
  const strides = util.computeStrides([...own, 1]);
  const missing = batches.length - own.length;
  return (batch) => {
    let rest = batch;
    let index = 0;
    for (let axis = batches.length - 1; axis >= 0; axis--) {
      const place = rest % batches[axis]!;
      rest = Math.floor(rest / batches[axis]!);
      const ownAxis = axis - missing;
      if (ownAxis >= 0 && own[ownAxis] !== 1) index += place * strides[ownAxis]!;
    }
    return index;
  };
}
