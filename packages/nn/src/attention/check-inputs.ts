import type { Tensor } from '@tensorflow/tfjs-core';
import { checkDtype, checkFeatures, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

interface Inputs {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
}

interface Features {
  readonly embedDim: number;
  readonly kdim: number;
  readonly vdim: number;
  readonly batchFirst: boolean;
}

/**
 * Whether the inputs of an attention are a batch.
 *
 * @throws where they do not fit one another, or have the wrong number of features
 */
export function checkInputs(
  operation: string,
  inputs: Inputs,
  { embedDim, kdim, vdim, batchFirst }: Features,
): boolean {
  const { query, key, value } = inputs;
  for (const [name, input] of Object.entries(inputs)) {
    checkDtype(operation, name, input, 'float32');
    if (name === 'query' ? input.rank === 2 || input.rank === 3 : input.rank === query.rank) continue;
    const expected = name === 'query' ? '2 or 3 axes' : `${query.rank} axes, as query has`;
    throw new ArgumentError(operation, name, `has shape ${shapeText(input.shape)}; expected ${expected}`);
  }
  checkFeatures(operation, 'query', query, 'embedDim', embedDim);
  checkFeatures(operation, 'key', key, 'kdim', kdim);
  checkFeatures(operation, 'value', value, 'vdim', vdim);
  const isBatched = query.rank === 3;
  const steps = isBatched && batchFirst ? 1 : 0;
  const rows = 1 - steps;
  const fits =
    key.shape[steps] === value.shape[steps] &&
    (!isBatched || [key, value].every(({ shape }) => shape[rows] === query.shape[rows]));
  if (fits) return isBatched;
  throw new ArgumentError(
    operation,
    'key',
    `has shape ${shapeText(key.shape)}, value ${shapeText(value.shape)} and query ${shapeText(query.shape)}; expected as many keys as values, and one batch`,
  );
}
