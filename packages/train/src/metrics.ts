// Metrics, modelled on torchmetrics, scikit-learn, seqeval, sacreBLEU and jiwer.

export { BitsPerCharacter } from './metrics/bits-per-character.ts';
export { Accuracy, type AccuracyOptions } from './metrics/classification/accuracy.ts';
export type { ClassFigureOptions } from './metrics/classification/class-figure.ts';
export type { ClassOptions } from './metrics/classification/class-pairs.ts';
export type {
  Average,
  ClassReport,
  ClassScores,
  ZeroDivision,
} from './metrics/classification/class-report.ts';
export {
  ConfusionMatrix,
  type ConfusionMatrixOptions,
  type Normalization,
} from './metrics/classification/confusion-matrix.ts';
export { F1 } from './metrics/classification/f1.ts';
export { Precision } from './metrics/classification/precision.ts';
export { Recall } from './metrics/classification/recall.ts';
export { TopKAccuracy, type TopKAccuracyOptions } from './metrics/classification/top-k-accuracy.ts';
export { Mean, type MeanOptions } from './metrics/mean.ts';
export type { Metric } from './metrics/metric.ts';
export { Perplexity } from './metrics/perplexity.ts';
export type { References } from './metrics/references.ts';
export { MeanAbsoluteError } from './metrics/regression/mean-absolute-error.ts';
export {
  MeanAbsoluteScaledError,
  type MeanAbsoluteScaledErrorOptions,
} from './metrics/regression/mean-absolute-scaled-error.ts';
export { RootMeanSquaredError } from './metrics/regression/root-mean-squared-error.ts';
export { type AlignedSymbol, align } from './metrics/speech/align.ts';
export { CharacterErrorRate, characterErrorRate } from './metrics/speech/character-error-rate.ts';
export type { EditCounts } from './metrics/speech/edit-distance.ts';
export type { ErrorRateResult } from './metrics/speech/error-rate.ts';
export { PhonemeErrorRate, phonemeErrorRate } from './metrics/speech/phoneme-error-rate.ts';
export type { TextErrorRateOptions } from './metrics/speech/text-error-rate.ts';
export { WordErrorRate, wordErrorRate } from './metrics/speech/word-error-rate.ts';
export { SpanF1, type SpanF1Options } from './metrics/tagging/span-f1.ts';
export type { TaggingScheme } from './metrics/tagging/strict-spans.ts';
export { BLEU, type BleuOptions, type BleuResult, bleu, sentenceBleu } from './metrics/translation/bleu.ts';
export type { BleuFigures, BleuSmoothing } from './metrics/translation/bleu-score.ts';
export type { BleuTokenizer } from './metrics/translation/bleu-tokenizers.ts';
export { CHRF, type ChrfOptions, type ChrfResult, chrf, sentenceChrf } from './metrics/translation/chrf.ts';
