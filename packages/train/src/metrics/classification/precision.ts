import { ClassFigure, type ClassFigureOptions } from './class-figure.ts';

/**
 * Of what was predicted to be of a class, the share that is, as `sklearn.metrics.precision_score`.
 *
 * @example
 * const metric = new Precision({ average: 'micro' });
 * metric.update([0, 1, 2, 2], [0, 1, 1, 2]);
 * metric.compute(); // 0.75
 */
export class Precision extends ClassFigure {
  constructor(options: ClassFigureOptions = {}) {
    super('Precision', 'precision', options);
  }
}
