/** Figures of a run beside those of its baselines. */
export interface Comparison {
  /** `Accuracy on the held-out sentences` */
  readonly title: string;
  /** How a figure is shown: `percent` */
  readonly format: (figure: number) => string;
  /** Figures by whose they are; the baselines come first. */
  readonly figures: Readonly<Record<string, number>>;
}

/** The mean of some figures, and their spread: the standard deviation of a sample, 0 of a single figure. */
export function meanAndSpread(values: readonly number[]): { mean: number; spread: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 };
}

/**
 * The comparisons of several runs of a recipe as one, in words: `94.2 % ± 0.1 %` for each figure.
 *
 * @param runs for each run its comparisons, with the same titles and figures in each
 * @returns for each comparison a title and its rows
 */
export function comparisonsOfSeeds(
  runs: readonly (readonly Comparison[])[],
): { title: string; rows: [name: string, text: string][] }[] {
  return (runs[0] ?? []).map(({ title, format, figures }, place) => ({
    title: `${title}, ${runs.length} seeds`,
    rows: Object.keys(figures).map((name) => {
      const { mean, spread } = meanAndSpread(runs.map((run) => run[place]!.figures[name]!));
      return [name, `${format(mean)} ± ${format(spread)}`];
    }),
  }));
}
