import { messageOf } from '@unroll/backend/checks';
import { OutOfMemoryError } from '@unroll/backend/errors';
import type { RecordedOp } from '../recording/recorded.ts';
import { described } from '../recording/recorded-op.ts';

/**
 * The call whose node ONNX Runtime names in a message. The builder begins the names of nodes with the call's index.
 */
function blamed(message: string, ops: readonly RecordedOp[]): RecordedOp | undefined {
  const match = /['"( ](\d+) \w+\//.exec(message);
  return match ? ops[Number(match[1])] : undefined;
}

const culprits = new WeakMap<Error, RecordedOp>();

/** The operation that caused an error of this file, where ONNX Runtime names it. */
export const culpritOf = (error: Error): RecordedOp | undefined => culprits.get(error);

/** Notes the cause of an error. A field of the error would keep the whole recording alive. */
function blaming(error: Error, op: RecordedOp | undefined): Error {
  if (op) culprits.set(error, op);
  return error;
}

const whose = (op: RecordedOp | undefined, ops: readonly RecordedOp[]): string =>
  op
    ? described(op)
    : `a graph of ${ops.length} operations, from ${described(ops[0]!)} to ${described(ops.at(-1)!)}`;

export function creationError(cause: unknown, ops: readonly RecordedOp[]): Error {
  const message = messageOf(cause);
  const op = blamed(message, ops);
  const error = new Error(
    `onnxruntime: no session could be created for ${whose(op, ops)}: ${message}\n` +
      'Nothing is lost: variables are what they were before. Use other execution providers or a lower ' +
      "graphOptimizationLevel, or look at the graph by the option 'dumpGraph'.",
    { cause },
  );
  return blaming(error, op);
}

export function runError(cause: unknown, ops: readonly RecordedOp[]): Error {
  const message = messageOf(cause);
  const op = blamed(message, ops);
  const isFull = isOutOfMemory(message);
  const advice = isFull
    ? 'The memory did not suffice: dispose of tensors that are not needed, or use smaller batches.'
    : 'Correct its inputs.';
  const words =
    `onnxruntime: ${whose(op, ops)} failed: ${message}\n` +
    `${advice} Nothing is lost: variables are what they were before, and what does not depend on it can still be read.`;
  const error = isFull ? new OutOfMemoryError(words, { cause }) : new Error(words, { cause });
  return blaming(error, op);
}

const isOutOfMemory = (message: string): boolean =>
  /failed to allocate|bad_alloc|allocation failed|invalid (typed )?array( buffer)? length|out of memory|memory access out of bounds/i.test(
    message,
  );
