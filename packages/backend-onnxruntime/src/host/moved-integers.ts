import {
  Concat,
  Pack,
  Reverse,
  Slice,
  SplitV,
  StridedSlice,
  Tile,
  Transpose,
  Unpack,
} from '@tensorflow/tfjs-core';
import { type Operand, Value } from '../recording/recorded.ts';
import type { HostKernels } from './host-kernels.ts';
import { hostTensors, valueFromHost } from './host-tensor.ts';
import { collect, stridedResults } from './strided.ts';

/** Kernels that move elements and change none */
const MOVES: ReadonlySet<string> = new Set([
  Concat,
  Pack,
  Reverse,
  Slice,
  SplitV,
  StridedSlice,
  Tile,
  Transpose,
  Unpack,
]);

/** The most elements for which moving them on the host costs less than ending a graph */
const FEW = 65_536;

/**
 * The results of a call that only moves integers which the host has, for instance the transposition of a batch of
 * tokens; undefined for other calls. The host moves them, so that they stay at hand. Indices that a graph computes
 * are checked between two graphs, which ends a graph.
 */
export function movedIntegers(
  hostKernels: HostKernels,
  { kernel, attrs, operands }: { kernel: string; attrs: unknown; operands: readonly Operand[] },
): readonly Value[] | undefined {
  if (!MOVES.has(kernel)) return undefined;
  const elements = operands.map(({ value }) =>
    value.dtype === 'int32' ? value.elements?.length : undefined,
  );
  if (!elements.every((count) => count !== undefined)) return undefined;
  if (elements.reduce((sum, count) => sum + count, 0) > FEW) return undefined;
  const [x] = operands;
  const strided = x && stridedResults[kernel]?.(x.shape, attrs);
  if (!strided) return hostKernels.run(kernel, hostTensors(operands), attrs).map(valueFromHost);
  const moved = new Value(strided.shape, 'int32');
  moved.setElements(collect(x.value.elements!, strided), false);
  return [moved];
}
