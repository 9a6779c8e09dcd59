import { ClassFigure, type ClassFigureOptions } from './class-figure.ts';

/**
 * The share of correct ones among the predictions of a class, as `sklearn.metrics.precision_score`.
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
