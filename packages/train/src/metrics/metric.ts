/**
 * A figure of quality over many batches, as `torchmetrics.Metric`: `update` takes a batch in, `compute` gives the figure over all that
 * came since the last `reset`.
 */
export interface Metric<Observed extends readonly unknown[] = never> {
  /** Takes in a batch: predictions first, then what is right. */
  update(...observed: Observed): void;
  /** The figure, or several by name; NaN where nothing came in. */
  compute(): number | Readonly<Record<string, number>>;
  reset(): void;
  /** Which way is better; of several figures, of each. */
  readonly higherIsBetter: boolean;
}
