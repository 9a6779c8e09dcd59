export * from './activations/index.ts';
export type { AttentionMasks } from './attention/attention-mask.ts';
export {
  type AttentionOptions,
  MultiheadAttention,
  type MultiheadAttentionOptions,
} from './attention/multihead-attention.ts';
export { Identity } from './containers/identity.ts';
export { ModuleDict } from './containers/module-dict.ts';
export { ModuleList } from './containers/module-list.ts';
export { ParameterList } from './containers/parameter-list.ts';
export { Sequential, type UnaryModule } from './containers/sequential.ts';
export { Conv1d, type Conv1dOptions } from './convolution/conv1d.ts';
export { Conv2d, type Conv2dOptions } from './convolution/conv2d.ts';
export type { PaddingMode } from './convolution/padding-mode.ts';
export { type GradcheckOptions, gradcheck } from './gradcheck/gradcheck.ts';
export type { Outputs } from './gradcheck/weighted-sum.ts';
export * as init from './init/index.ts';
export { Dropout, type DropoutOptions } from './layers/dropout.ts';
export {
  Embedding,
  type EmbeddingOptions,
  type EmbeddingTableOptions,
  type PretrainedOptions,
} from './layers/embedding.ts';
export { Flatten, type FlattenOptions } from './layers/flatten.ts';
export { Linear, type LinearOptions } from './layers/linear.ts';
export type { IncompatibleKeys, LoadStateDictOptions, StateDict } from './load-state-dict.ts';
export * from './losses/index.ts';
export { Module } from './module.ts';
export type { BatchNormOptions } from './normalization/batch-norm.ts';
export { BatchNorm1d } from './normalization/batch-norm1d.ts';
export { BatchNorm2d } from './normalization/batch-norm2d.ts';
export { LayerNorm, type LayerNormOptions } from './normalization/layer-norm.ts';
export type { BufferOptions } from './own-variables.ts';
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
export * as utils from './packing/torch-path.ts';
export { uniformParameter } from './parameter.ts';
export { AvgPool1d, type AvgPool1dOptions, AvgPool2d, type AvgPool2dOptions } from './pooling/avg-pool.ts';
export { MaxPool1d, type MaxPool1dOptions, MaxPool2d, type MaxPool2dOptions } from './pooling/max-pool.ts';
export { defaultGenerator, manualSeed } from './random/default-generator.ts';
export { RandomGenerator, type RandomGeneratorState } from './random/random-generator.ts';
export { Cell, type CellStep, type Walk, type WalkedSequence } from './recurrent/cell.ts';
export type { CellState } from './recurrent/cell-state.ts';
export type { MakeCell } from './recurrent/cells-of-layers.ts';
export type { DirectionWeights } from './recurrent/direction-weights.ts';
export {
  ElmanLayer,
  type ElmanLayerOptions,
  type ElmanStep,
  type OutputActivation,
} from './recurrent/elman-layer.ts';
export { GRU, type GRUOptions } from './recurrent/gru.ts';
export { GRUCell } from './recurrent/gru-cell.ts';
export { LayerNormLSTMCell, type LayerNormLSTMCellOptions } from './recurrent/layer-norm-lstm-cell.ts';
export type { Nonlinearity, RecurrentLayerOptions } from './recurrent/layer-options.ts';
export { LSTM, type LSTMOptions, type LSTMState } from './recurrent/lstm.ts';
export { LSTMCell } from './recurrent/lstm-cell.ts';
export { PeepholeLSTMCell } from './recurrent/peephole-lstm-cell.ts';
export { Recurrent, type RecurrentOptions, type StackedState } from './recurrent/recurrent.ts';
export type { RecurrentCellOptions } from './recurrent/recurrent-cell.ts';
export { RNN, type RNNOptions } from './recurrent/rnn.ts';
export { RNNCell, type RNNCellOptions } from './recurrent/rnn-cell.ts';
export {
  VariationalDropoutCell,
  type VariationalDropoutCellOptions,
} from './recurrent/variational-dropout-cell.ts';
export { ZoneoutCell, type ZoneoutCellOptions } from './recurrent/zoneout-cell.ts';
export { load } from './saving/load.ts';
export { type SaveOptions, save } from './saving/save.ts';
export { type StateJSON, stateFromJSON, stateToJSON, type TensorJSON } from './streaming/state-json.ts';
