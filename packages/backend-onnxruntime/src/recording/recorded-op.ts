import { shapeText } from '@unroll/backend/checks';
import type { KernelLowering, TensorTypes } from '@unroll/onnx';
import type { OwnRun, RecordedCall, RecordedOp } from './recorded.ts';

/** The operations that have to run before an operation's results count. */
export function* needsOf({ operands, requires }: RecordedOp): Generator<RecordedOp> {
  for (const { value } of operands) if (value.source) yield value.source;
  // A loss that nobody needs is dropped, and then cannot fail.
  if (requires?.source && requires.source.state !== 'dropped') yield requires.source;
}

/** How an operation is lowered; undefined where it runs by itself. */
export const loweringOf = ({ how }: RecordedOp): KernelLowering | undefined =>
  typeof how === 'function' ? undefined : how;

export const runsAlone = (op: RecordedOp): op is RecordedOp & { how: OwnRun } => typeof op.how === 'function';

/** What decides a call's nodes, apart from its operands. */
export const keyOf = (kernel: string, structure: unknown): string => `${kernel} ${JSON.stringify(structure)}`;

/** A call's inputs as lowerings take them. */
export const inputTypes = ({ operands }: RecordedCall): TensorTypes =>
  Object.fromEntries(operands.map(({ name, value, shape }) => [name, { shape, dtype: value.dtype }]));

/** The structure of a call's nodes, from its attributes as they are now. */
export const structureOf = (op: RecordedOp): unknown => loweringOf(op)?.structure?.(inputTypes(op), op.attrs);

/** The call as a user of tfjs knows it. */
export function described({
  kernel,
  origin,
  operands,
}: Pick<RecordedCall, 'kernel' | 'origin' | 'operands'>): string {
  const inputs = operands.map(({ name, value, shape }) => `${name} ${value.dtype} ${shapeText(shape)}`);
  const by = origin && origin !== kernel ? ` (called by ${origin})` : '';
  return `${kernel}${by}${inputs.length > 0 ? ` of ${inputs.join(', ')}` : ''}`;
}
