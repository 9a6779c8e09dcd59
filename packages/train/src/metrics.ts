// Figures of quality, after torchmetrics, scikit-learn, seqeval, sacreBLEU and jiwer.

export { BitsPerCharacter } from './metrics/bits-per-character.ts';
export { Mean, type MeanOptions } from './metrics/mean.ts';
export type { Metric } from './metrics/metric.ts';
export { Perplexity } from './metrics/perplexity.ts';
export { MeanAbsoluteError } from './metrics/regression/mean-absolute-error.ts';
export {
  MeanAbsoluteScaledError,
  type MeanAbsoluteScaledErrorOptions,
} from './metrics/regression/mean-absolute-scaled-error.ts';
export { RootMeanSquaredError } from './metrics/regression/root-mean-squared-error.ts';
