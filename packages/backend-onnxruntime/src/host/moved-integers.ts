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

/** Kernels that change no element, only its place */
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

/** Elements up to which moving them on the host costs less than a graph's end */
const FEW = 65_536;

/**
 * Integers that the host has and that are only moved, such as a batch of tokens that is transposed; undefined for other calls. They
 * are moved on the host, so that they stay at hand: indices that a graph computes are checked between two graphs.
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
