export { AdditiveAttention, type AdditiveAttentionOptions } from './attention/additive-attention.ts';
export type { Attended, AttendedMemory, Attention } from './attention/attention.ts';
export { DotAttention } from './attention/dot-attention.ts';
export { GeneralAttention } from './attention/general-attention.ts';
export { MultiHeadAttention, type MultiHeadAttentionOptions } from './attention/multi-head-attention.ts';
export type { AttentionOptions } from './attention/scored-attention.ts';
export type { DecodedSequence, DecodedStep, Decoder, Reading, TargetScores } from './decoder/decoder.ts';
export { type DecoderState, gatherRows } from './decoder/decoder-state.ts';
export { RecurrentDecoder, type RecurrentDecoderOptions } from './decoder/recurrent-decoder.ts';
export {
  constantForcing,
  type InverseSigmoidForcingOptions,
  inverseSigmoidForcing,
  type LinearForcingOptions,
  linearForcing,
  type TeacherForcingSchedule,
} from './decoder/teacher-forcing.ts';
export {
  type Beginning,
  type CompiledStep,
  compileStep,
  DecoderScorer,
  type ScorerState,
} from './decoder-scorer.ts';
export {
  type Bridge,
  type BridgeOptions,
  DenseBridge,
  type HasStates,
  IdentityBridge,
  ZeroBridge,
} from './encoder/bridge.ts';
export { encodeSequence } from './encoder/encode-sequence.ts';
export type { Encoder } from './encoder/encoder.ts';
export { FeatureEncoder, type FeatureEncoderOptions } from './encoder/feature-encoder.ts';
export type { Memory } from './encoder/memory.ts';
export { RecurrentEncoder, type RecurrentEncoderOptions } from './encoder/recurrent-encoder.ts';
export { VectorEncoder, type VectorEncoderOptions } from './encoder/vector-encoder.ts';
export { coverageLoss } from './losses/coverage-loss.ts';
export { type SequenceCrossEntropyOptions, sequenceCrossEntropy } from './losses/sequence-cross-entropy.ts';
export { runLayer } from './run-layer.ts';
export type { ScoredTarget } from './score-targets.ts';
export { type BeamSearchOptions, beamSearch } from './search/beam.ts';
export { ctcGreedySearch } from './search/ctc-greedy.ts';
export type { CtcHypothesis, CtcSearchOptions } from './search/ctc-options.ts';
export { type CtcBeamSearchOptions, type CtcScorer, ctcBeamSearch } from './search/ctc-prefix-beam.ts';
export { greedySearch } from './search/greedy.ts';
export type { Hypothesis } from './search/hypothesis.ts';
export type { CoveragePenalty, LengthPenalty } from './search/penalties.ts';
export { type PrefixModel, prefixScorer } from './search/prefix-scorer.ts';
export { type DrawOptions, type SampleSearchOptions, sampleSearch } from './search/sampling.ts';
export type { SearchOptions } from './search/search-options.ts';
export type { StepRequest, StepScorer, StepScores } from './search/step-scorer.ts';
export { type StreamedToken, type StreamOptions, streamTokens } from './search/stream.ts';
export { replaceUnknownWords, type UnknownWordOptions } from './search/unknown-words.ts';
export { Seq2Seq } from './seq2seq.ts';
export type {
  LossOptions,
  ModelSearchOptions,
  ModelStreamOptions,
  Seq2SeqOptions,
  SourceOptions,
  TargetOptions,
} from './seq2seq-options.ts';
export type { SequenceLayer, StateSizes, States } from './sequence-layer.ts';
export { stateSizesOf } from './state-sizes.ts';
export { type TokenBatch, type TokenBatchOptions, tokenBatch } from './token-batch.ts';
