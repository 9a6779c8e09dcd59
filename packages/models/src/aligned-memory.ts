import type { Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError } from '@unroll/backend/errors';
import type { Encoder, Memory } from '@unroll/seq2seq';

/** An encoder's memory with one step for each of the source's: tags are aligned with steps. */
export function alignedMemory(
  operation: string,
  encoder: Encoder,
  source: Tensor,
  lengths: readonly number[] | undefined,
): Memory {
  const memory = encoder.forward(source, lengths);
  const expected = lengths ?? memory.lengths.map(() => source.shape[1]!);
  const row = memory.lengths.findIndex((steps, i) => steps !== expected[i]);
  if (row < 0) return memory;
  const fault = `makes ${memory.lengths[row]} steps of source ${row}, which has ${expected[row]}; expected as many, a tag for each`;
  throw new ArgumentError(operation, 'encoder', fault);
}
