import { ClassFigure, type ClassFigureOptions } from './class-figure.ts';

/**
 * 2 · precision · recall / (precision + recall), as `sklearn.metrics.f1_score`.
 *
 * @example
 * const metric = new F1({ average: 'micro' });
 * metric.update([0, 1, 2, 2], [0, 1, 1, 2]);
 * metric.compute(); // 0.75
 */
export class F1 extends ClassFigure {
  constructor(options: ClassFigureOptions = {}) {
    super('F1', 'f1', options);
  }
}
