export type { Classification } from './classification.ts';
export {
  LinearChainCrf,
  type LinearChainCrfOptions,
  type LogLikelihoodOptions,
} from './crf/linear-chain-crf.ts';
export type { TagPath } from './crf/viterbi.ts';
export { CtcRecognizer } from './ctc-recognizer.ts';
export type {
  CtcRecognizerOptions,
  RecognitionLossOptions,
  RecognitionOptions,
} from './ctc-recognizer-options.ts';
export { Forecaster } from './forecasting/forecaster.ts';
export type { ForecasterOptions, ForecastOptions } from './forecasting/forecaster-options.ts';
export { pinballLoss } from './forecasting/pinball-loss.ts';
export { LanguageModel } from './language/language-model.ts';
export type {
  LanguageLossOptions,
  LanguageModelOptions,
  TextOptions,
} from './language/language-model-options.ts';
export { PairClassifier } from './pair-classifier.ts';
export type { PairClassifierOptions, PairLossOptions, PairOptions } from './pair-classifier-options.ts';
export { AttentionPooling } from './pooling/attention-pooling.ts';
export type { EncoderSizes, Pooling } from './pooling/pooling.ts';
export type { PoolingChoice } from './pooling/pooling-choice.ts';
export {
  type ClassificationLossOptions,
  SequenceClassifier,
  type SequenceClassifierOptions,
} from './sequence-classifier.ts';
export { SequenceTagger } from './sequence-tagger.ts';
export type { SequenceTaggerOptions, TaggingLossOptions } from './sequence-tagger-options.ts';
export type { LengthOptions } from './source-lengths.ts';
export { VectorToSequence } from './vector-to-sequence.ts';
export type {
  SequenceLossOptions,
  SequencePredictionOptions,
  VectorToSequenceOptions,
} from './vector-to-sequence-options.ts';
export { CharacterEncoder, type CharacterEncoderOptions } from './words/character-encoder.ts';
export { WordEncoder, type WordEncoderOptions } from './words/word-encoder.ts';
