import type { Tensor } from '@tensorflow/tfjs-core';
import { checkExactShape, checkFeatures, checkRank } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Memory } from '../encoder/memory.ts';
import type { Attention } from './attention.ts';

const nameOf = (attention: Attention, method: string) => `${attention.constructor.name}.${method}`;

/** Throws unless the size of the memory's values is the attention's `memoryDim`. */
export function checkMemory(attention: Attention, { values }: Memory): void {
  checkFeatures(nameOf(attention, 'prepare'), 'memory', values, 'memoryDim', attention.memoryDim);
}

/**
 * Throws unless a query fits the attention and the sources, and coverage is given exactly when the attention uses it.
 */
export function checkQuery(
  attention: Attention,
  query: Tensor,
  keys: Tensor,
  coverage: Tensor | undefined,
): void {
  const operation = nameOf(attention, 'forward');
  checkRank(operation, 'query', query, 3, ', [N, T, queryDim]');
  checkFeatures(operation, 'query', query, 'queryDim', attention.queryDim);
  const [sources, steps] = query.shape as [number, number, number];
  if (sources !== keys.shape[0]) {
    throw new ArgumentError(
      operation,
      'query',
      `is of ${sources} sources; the memory is of ${keys.shape[0]}`,
    );
  }
  if (attention.coverage !== (coverage !== undefined)) {
    const fault = coverage
      ? 'is given, and the option coverage is off'
      : 'is missing; the option coverage is on';
    throw new ArgumentError(operation, 'coverage', fault);
  }
  if (coverage) checkExactShape(operation, 'coverage', coverage, [sources, steps, keys.shape.at(-2)!]);
}
