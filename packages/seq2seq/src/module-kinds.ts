import { kind } from '@unroll/backend/checks';
import { Embedding, Module } from '@unroll/nn';
import type { SequenceLayer } from './sequence-layer.ts';

const moduleWith = (expected: string, fits: (value: Module) => boolean): kind.Kind => ({
  ...kind.instanceOf(Module, expected),
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

/** Whether a value has the shapes of its states, as encoders and decoders do. */
export const hasStates = (value: unknown): boolean =>
  Array.isArray((value as { stateSizes?: { features?: unknown } } | null)?.stateSizes?.features);

/** A module that has the named methods. */
export const moduleDoing = (expected: string, ...methods: readonly string[]): kind.Kind =>
  moduleWith(expected, (value) =>
    methods.every((name) => typeof (value as unknown as Record<string, unknown>)[name] === 'function'),
  );

/** A module that has the named methods, and states of known shapes. */
const statefulModule = (expected: string, ...methods: readonly string[]): kind.Kind => {
  const module = moduleDoing(expected, ...methods);
  return { ...module, fits: (value) => hasStates(value) && module.fits(value) };
};

export const encoderKind = statefulModule('an Encoder, such as a RecurrentEncoder', 'forward');
export const decoderKind = statefulModule(
  'a Decoder, such as a RecurrentDecoder',
  'read',
  'begin',
  'forward',
  'step',
  'scores',
);
