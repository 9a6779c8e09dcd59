import { backend_util, Max, Mean, Sum, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { CpuBackend, Output } from '../cpu-backend.ts';
import { type CpuKernel, tfjsKernel } from './cpu-kernel.ts';
import { itemsOf, LANES } from './grain.ts';

interface Folded {
  /** x as `[outer, reduced, inner]` */
  outer: number;
  reduced: number;
  inner: number;
  outputShape: number[];
}

/** Folds x's axes; undefined if the reduced axes are not neighbours. */
function fold(
  shape: number[],
  axes: number | number[] | null | undefined,
  keepDims: boolean,
): Folded | undefined {
  const reduced = util.parseAxisParam(axes ?? shape.map((_, axis) => axis), shape).sort((p, q) => p - q);
  const [outputShape, reducedShape] = backend_util.computeOutAndReduceShapes(shape, reduced);
  const first = reduced[0] ?? shape.length;
  if (reduced.some((axis, i) => axis !== first + i)) return undefined;
  return {
    outer: util.sizeFromShape(shape.slice(0, first)),
    reduced: util.sizeFromShape(reducedShape),
    inner: util.sizeFromShape(shape.slice(first + reduced.length)),
    outputShape: keepDims ? backend_util.expandShapeToKeepDim(outputShape, reduced) : outputShape,
  };
}

function addUp(
  cpu: CpuBackend,
  x: TensorInfo,
  { outer, reduced, inner, outputShape }: Folded,
  scale: number,
) {
  const y = cpu.output(outputShape, 'float32');
  const from = cpu.pointer(x);
  if (inner === 1) {
    cpu.parallel('sumRows', [from, y.pointer, reduced, scale], outer, itemsOf(reduced));
  } else {
    const vectors = Math.ceil(inner / LANES);
    cpu.parallel(
      'sumColumns',
      [from, y.pointer, reduced, inner, scale],
      outer * vectors,
      itemsOf(reduced * LANES),
    );
  }
  return y.info;
}

interface SumAttrs {
  axis: number | number[];
  keepDims: boolean;
}

const sum = tfjsKernel<{ x: TensorInfo }, SumAttrs>(Sum, ({ x }, attrs, cpu) => {
  const folded = x.dtype === 'float32' ? fold(x.shape, attrs.axis, attrs.keepDims) : undefined;
  return folded && addUp(cpu, x, folded, 1);
});

const mean = tfjsKernel<{ x: TensorInfo }, SumAttrs>(Mean, ({ x }, attrs, cpu) => {
  const folded = x.dtype === 'float32' ? fold(x.shape, attrs.axis, attrs.keepDims) : undefined;
  return folded && addUp(cpu, x, folded, 1 / folded.reduced);
});

interface MaxAttrs {
  reductionIndices: number | number[];
  keepDims: boolean;
}

/** The maximum along the last axes; tfjs-backend-cpu reduces other axes. */
const max = tfjsKernel<{ x: TensorInfo }, MaxAttrs>(Max, ({ x }, attrs, cpu) => {
  if (x.dtype !== 'float32') return undefined;
  const folded = fold(x.shape, attrs.reductionIndices, attrs.keepDims);
  if (folded?.inner !== 1 || folded.reduced === 0) return undefined;
  const y: Output = cpu.output(folded.outputShape, 'float32');
  cpu.parallel('maxRows', [cpu.pointer(x), y.pointer, folded.reduced], folded.outer, itemsOf(folded.reduced));
  return y.info;
});

export const reductionKernels: readonly CpuKernel[] = [sum, mean, max];
