import { shapeText } from '@unroll/backend/checks';
import type { KernelLowering, TensorTypes } from '@unroll/onnx';
import type { OwnRun, RecordedCall, RecordedOp } from './recorded.ts';

/** The operations that have to run before an operation's results are valid. */
export function* needsOf({ operands, requires }: RecordedOp): Generator<RecordedOp> {
  for (const { value } of operands) if (value.source) yield value.source;
  // A loss that nobody needs is dropped, so it cannot fail.
  if (requires?.source && requires.source.state !== 'dropped') yield requires.source;
}

/** An operation's lowering; undefined where the operation runs by itself. */
export const loweringOf = ({ how }: RecordedOp): KernelLowering | undefined =>
  typeof how === 'function' ? undefined : how;

export const runsAlone = (op: RecordedOp): op is RecordedOp & { how: OwnRun } => typeof op.how === 'function';

/** The key of a call's nodes, without the operands. */
export const keyOf = (kernel: string, structure: unknown): string => `${kernel} ${JSON.stringify(structure)}`;

/** The types of a call's inputs, as lowerings take them. */
export const inputTypes = ({ operands }: RecordedCall): TensorTypes =>
  Object.fromEntries(operands.map(({ name, value, shape }) => [name, { shape, dtype: value.dtype }]));

/** The structure of a call's nodes, from its present attributes. */
export const structureOf = (op: RecordedOp): unknown => loweringOf(op)?.structure?.(inputTypes(op), op.attrs);

/** Describes the call in terms that a user of tfjs knows. */
export function described({
  kernel,
  origin,
  operands,
}: Pick<RecordedCall, 'kernel' | 'origin' | 'operands'>): string {
  const inputs = operands.map(({ name, value, shape }) => `${name} ${value.dtype} ${shapeText(shape)}`);
  const by = origin && origin !== kernel ? ` (called by ${origin})` : '';
  return `${kernel}${by}${inputs.length > 0 ? ` of ${inputs.join(', ')}` : ''}`;
}
