export * from './activations/index.ts';
export { Identity, ModuleList, Sequential, type UnaryModule } from './containers.ts';
export { Dropout, type DropoutOptions } from './dropout.ts';
export {
  Embedding,
  type EmbeddingOptions,
  type EmbeddingTableOptions,
  type PretrainedOptions,
} from './embedding.ts';
export { Flatten, type FlattenOptions } from './flatten.ts';
export * as init from './init/index.ts';
export { LayerNorm, type LayerNormOptions } from './layer-norm.ts';
export { Linear, type LinearOptions } from './linear.ts';
export type { IncompatibleKeys, LoadStateDictOptions, StateDict } from './load-state-dict.ts';
export * from './losses/index.ts';
export { Module } from './module.ts';
export { PackedSequence } from './packing/packed-sequence.ts';
export {
  type PackOptions,
  type PadOptions,
  type PadPackedOptions,
  packPaddedSequence,
  packSequence,
  padPackedSequence,
  padSequence,
  unpadSequence,
} from './packing/packing.ts';
export { defaultGenerator, manualSeed, RandomGenerator, type RandomGeneratorState } from './random.ts';
export { GRUCell, LSTMCell, RNNCell, type RNNCellOptions } from './recurrent/cells.ts';
export type { DirectionWeights } from './recurrent/direction-weights.ts';
export {
  ElmanLayer,
  type ElmanLayerOptions,
  type ElmanStep,
  type OutputActivation,
} from './recurrent/elman-layer.ts';
export { GRU, type GRUOptions } from './recurrent/gru.ts';
export type { Nonlinearity, RecurrentLayerOptions } from './recurrent/layer-options.ts';
export { LSTM, type LSTMOptions, type LSTMState } from './recurrent/lstm.ts';
export type { RecurrentCellOptions } from './recurrent/recurrent-cell.ts';
export { RNN, type RNNOptions } from './recurrent/rnn.ts';
export * as utils from './utils.ts';
