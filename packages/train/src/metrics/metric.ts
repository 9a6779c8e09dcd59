/**
 * A metric over many batches, as `torchmetrics.Metric`: `update` adds a batch, and `compute` gives the figure over all
 * batches since the last `reset`.
 */
export interface Metric<Observed extends readonly unknown[] = never> {
  /** Adds a batch: predictions first, then targets. */
  update(...observed: Observed): void;
  /** The figure, or several figures by name; NaN before any update. */
  compute(): number | Readonly<Record<string, number>>;
  reset(): void;
  /** Whether higher is better; holds for each of several figures. */
  readonly higherIsBetter: boolean;
}
