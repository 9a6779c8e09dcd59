import { ClassFigure, type ClassFigureOptions } from './class-figure.ts';

/**
 * The share of correctly predicted ones among the targets of a class, as `sklearn.metrics.recall_score`.
 *
 * @example
 * const metric = new Recall({ average: 'micro' });
 * metric.update([0, 1, 2, 2], [0, 1, 1, 2]);
 * metric.compute(); // 0.75
 */
export class Recall extends ClassFigure {
  constructor(options: ClassFigureOptions = {}) {
    super('Recall', 'recall', options);
  }
}
