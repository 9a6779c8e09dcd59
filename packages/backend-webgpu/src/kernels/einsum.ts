import { backend_util, Einsum, type Tensor, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { transposeTo } from './arrange.ts';
import { product } from './product.ts';
import { reduceMiddle } from './reduce.ts';
import { tfjsKernel } from './webgpu-kernel.ts';

/** A tensor whose axes are indices of the equation, given by number. */
interface Term {
  readonly info: TensorInfo;
  readonly dims: readonly number[];
}

/** The term with its indices in the given order; indices that are left out are summed over. */
function arranged(
  gpu: WebgpuBackend,
  { info, dims }: Term,
  order: readonly number[],
  to?: TensorInfo,
): TensorInfo {
  const summed = dims.filter((dim) => !order.includes(dim));
  const perm = [...order, ...summed].map((dim) => dims.indexOf(dim));
  const shape = perm.map((axis) => info.shape[axis]!);
  const outer = util.sizeFromShape(shape.slice(0, order.length));
  const reduced = util.sizeFromShape(shape.slice(order.length));
  const inOrder = perm.every((axis, i) => axis === i);
  let moved = info;
  if (!inOrder || (to && summed.length === 0)) {
    moved = summed.length === 0 && to ? to : gpu.scratch(shape);
    transposeTo(gpu, info, perm, moved);
  }
  if (summed.length === 0) return moved;
  const sums = to ?? gpu.scratch(shape.slice(0, order.length));
  reduceMiddle(gpu, 'sum', moved, sums, { outer, reduced, inner: 1 });
  return sums;
}

/** Sums of products over indices: arranges the terms as matrices and multiplies them with the common matrix product. */
export const einsum = tfjsKernel<readonly TensorInfo[], { readonly equation: string }>(
  Einsum,
  (inputs, { equation }, gpu) => {
    const tensors = Object.values(inputs) as TensorInfo[];
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation, tensors.length);
    backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as Tensor[]);
    if (tensors.some(({ dtype }) => dtype !== 'float32')) return undefined;
    const terms = tensors.map((info, i): Term => ({ info, dims: idDims[i]! }));
    const sizes = allDims.map((_, dim) => {
      const term = terms.find(({ dims }) => dims.includes(dim))!;
      return term.info.shape[term.dims.indexOf(dim)]!;
    });
    const sizeOf = (dims: readonly number[]): number => util.sizeFromShape(dims.map((dim) => sizes[dim]!));
    const kept = allDims.map((_, dim) => dim).filter((dim) => !summedDims.includes(dim));
    const y = gpu.output(kept.map((dim) => sizes[dim]!));
    const [first, second] = terms as [Term, Term?];
    if (!second) {
      arranged(gpu, first, kept, y);
      return y;
    }
    const shared = first.dims.filter((dim) => second.dims.includes(dim));
    const batch = shared.filter((dim) => kept.includes(dim));
    const inner = shared.filter((dim) => !kept.includes(dim));
    const left = first.dims.filter((dim) => kept.includes(dim) && !batch.includes(dim));
    const right = second.dims.filter((dim) => kept.includes(dim) && !batch.includes(dim));
    const order = [...batch, ...left, ...right];
    const isOrdered = order.every((dim, i) => dim === kept[i]);
    const c = isOrdered ? y : gpu.scratch(order.map((dim) => sizes[dim]!));
    product(gpu, {
      a: arranged(gpu, first, [...batch, ...left, ...inner]),
      b: arranged(gpu, second, [...batch, ...inner, ...right]),
      c,
      matrices: sizeOf(batch),
      m: sizeOf(left),
      k: sizeOf(inner),
      n: sizeOf(right),
    });
    if (!isOrdered) arranged(gpu, { info: c, dims: order }, kept, y);
    return y;
  },
);
