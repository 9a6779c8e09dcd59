// Figures of quality, after torchmetrics, scikit-learn, seqeval, sacreBLEU and jiwer.
export type { Metric } from './metrics/metric.ts';
