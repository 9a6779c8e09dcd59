import type { kind } from '@unroll/backend/checks';
import { Embedding, Module } from '@unroll/nn';
import type { SequenceLayer } from './sequence-layer.ts';

const moduleWith = (expected: string, fits: (value: Module) => boolean): kind.Kind => ({
  expected,
  fits: (value) => value instanceof Module && fits(value),
});

export const embeddingKind = moduleWith('an nn.Embedding', (value) => value instanceof Embedding);

export const layerKind = moduleWith('an nn.RNN, LSTM or GRU', (value) => {
  const { inputSize, outputSize, numLayers, numDirections, stateSizes } =
    value as unknown as Partial<SequenceLayer>;
  return (
    [inputSize, outputSize, numLayers, numDirections].every(Number.isInteger) && Array.isArray(stateSizes)
  );
});

/** A module that has the methods named. */
export const moduleDoing = (expected: string, ...methods: readonly string[]): kind.Kind =>
  moduleWith(expected, (value) =>
    methods.every((name) => typeof (value as unknown as Record<string, unknown>)[name] === 'function'),
  );
