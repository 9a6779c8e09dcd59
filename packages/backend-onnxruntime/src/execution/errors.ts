import type { RecordedOp } from '../recording/recorded-op.ts';

const shown = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** The call as a user of tfjs knows it. */
export function described({
  kernel,
  origin,
  operands,
}: Pick<RecordedOp, 'kernel' | 'origin' | 'operands'>): string {
  const inputs = operands.map(({ name, value, shape }) => `${name} ${value.dtype} ${shown(shape)}`);
  const operation = origin.replace(/__op$/, '');
  const by = operation && operation !== kernel ? ` (called by ${operation})` : '';
  return `${kernel}${by}${inputs.length > 0 ? ` of ${inputs.join(', ')}` : ''}`;
}

/** The call whose node ONNX Runtime names in a message; the builder begins nodes' names with the call's place. */
function blamed(message: string, ops: readonly RecordedOp[]): RecordedOp | undefined {
  const match = /['"( ](\d+) \w+\//.exec(message);
  return match ? ops[Number(match[1])] : undefined;
}

const whose = (op: RecordedOp | undefined, ops: readonly RecordedOp[]): string =>
  op
    ? described(op)
    : `a graph of ${ops.length} operations, from ${described(ops[0]!)} to ${described(ops.at(-1)!)}`;

export function creationError(error: unknown, ops: readonly RecordedOp[]): Error {
  const message = messageOf(error);
  return new Error(
    `onnxruntime: no session could be created for ${whose(blamed(message, ops), ops)}: ${message}\n` +
      'Nothing is lost: the operations stay recorded. Use other execution providers or a lower graphOptimizationLevel, or ' +
      "look at the graph by the option 'dumpGraph'.",
    { cause: error },
  );
}

export function runError(error: unknown, ops: readonly RecordedOp[]): Error {
  const message = messageOf(error);
  const advice = isOutOfMemory(message)
    ? 'The memory did not suffice: dispose of tensors that are not needed, or use smaller batches.'
    : 'Dispose of its results, and correct its inputs.';
  return new Error(
    `onnxruntime: ${whose(blamed(message, ops), ops)} failed: ${message}\n` +
      `${advice} Nothing is lost: what does not depend on it can still be read.`,
    { cause: error },
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isOutOfMemory = (message: string): boolean =>
  /failed to allocate|bad_alloc|allocation failed|invalid (typed )?array( buffer)? length|out of memory|memory access out of bounds/i.test(
    message,
  );
