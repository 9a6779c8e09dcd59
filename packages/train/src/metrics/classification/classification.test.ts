import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectFigures, metricFixtures } from '../../../test/metric-fixtures.ts';
import { Accuracy } from './accuracy.ts';
import { ConfusionMatrix } from './confusion-matrix.ts';
import { F1 } from './f1.ts';
import { Precision } from './precision.ts';
import { Recall } from './recall.ts';
import { TopKAccuracy } from './top-k-accuracy.ts';

const pairs = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 20 });
const split = (drawn: readonly (readonly [number, number])[]) =>
  [drawn.map(([prediction]) => prediction), drawn.map(([, target]) => target)] as const;

describe('F1, precision and recall', () => {
  it.each(metricFixtures.classes.map((fixture, i) => [i, fixture] as const))(
    'are scikit-learn’s, example %i',
    (_, { predictions, targets, zeroDivision, classes, expected }) => {
      const options = { zeroDivision: zeroDivision ?? Number.NaN, classes: classes ?? undefined };
      for (const average of ['micro', 'macro', 'weighted'] as const) {
        for (const [name, Figure] of Object.entries({ f1: F1, precision: Precision, recall: Recall })) {
          const metric = new Figure({ ...options, average });
          metric.update(predictions, targets);
          const figure = Object.entries(expected[average]).find(([each]) => each === name)!;
          expectFigures({ [name]: metric.compute() }, Object.fromEntries([figure]));
        }
      }
    },
  );

  it('equal their definitions for each class', () => {
    fc.assert(
      fc.property(pairs, (drawn) => {
        const metric = new F1({ numClasses: 4, average: 'none' });
        metric.update(...split(drawn));
        const share = (of: number, all: number) => (all === 0 ? 0 : of / all);
        const expected = [0, 1, 2, 3].map((name) => {
          const [right, predicted, actual] = [
            drawn.filter(([prediction, target]) => prediction === name && target === name).length,
            drawn.filter(([prediction]) => prediction === name).length,
            drawn.filter(([, target]) => target === name).length,
          ];
          const [precision, recall] = [share(right, predicted), share(right, actual)];
          return share(2 * precision * recall, precision + recall);
        });
        expectFigures({ f1: Object.values(metric.compute()) }, { f1: expected });
      }),
    );
  });

  it('leave out ignored targets, and the predictions for them', () => {
    const metric = new F1({ ignoreIndex: -100, numClasses: 3 });
    expect(metric.compute()).toBeNaN();
    metric.update([0, 7, 2], [0, -100, 2]);
    expect(metric.report().micro).toEqual({ precision: 1, recall: 1, f1: 1, support: 2 });
    expect(metric.compute()).toBeCloseTo(2 / 3, 12);
    metric.reset();
    expect(metric.report().micro.support).toBe(0);
  });

  it('throw for an invalid class, and name it', () => {
    const metric = new Recall({ numClasses: 3 });
    expect(() => metric.update([3], [0])).toThrow(
      'Recall.update: predictions[0] is 3; expected a class in 0…2',
    );
    expect(() => metric.update([0], [-1])).toThrow(
      'Recall.update: targets[0] is -1; expected a class in 0…2',
    );
    expect(() => metric.update([0], [0, 1])).toThrow('Recall.update: targets has 2 elements');
    expect(() => new F1().update([Number.NaN], [0])).toThrow('F1.update: predictions[0] is NaN');
    expect(metric.compute()).toBeNaN();
    expect(() => new F1({ numClasses: 2, classes: [2] })).toThrow('F1: classes is [2]; expected an array');
    expect(() => new Precision({ average: 'binary' as never })).toThrow("Precision: average is 'binary'");
    expect(() => new F1({ zeroDivision: 2 })).toThrow('F1: zeroDivision is 2; expected 0, 1 or NaN');
  });
});

describe('accuracy', () => {
  it('is the share of correct predictions among the targets that count', () => {
    const metric = new Accuracy({ ignoreIndex: 0 });
    expect(metric.compute()).toBeNaN();
    metric.update(Int32Array.of(3, 1, 2), Int32Array.of(3, 2, 0));
    metric.update([1], [1]);
    expect(metric.compute()).toBe(2 / 3);
    metric.reset();
    expect(metric.compute()).toBeNaN();
  });

  it('of the k highest scores equals a full sort of all scores', () => {
    const row = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 });
    const rows = fc.array(fc.tuple(row, fc.nat(3)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 4 }), (drawn, k) => {
        const metric = new TopKAccuracy({ k });
        metric.update(
          drawn.map(([scores]) => scores),
          drawn.map(([, target]) => target),
        );
        const right = drawn.filter(([scores, target]) => {
          const order = [0, 1, 2, 3].sort((a, b) => scores[b]! - scores[a]! || a - b);
          return order.slice(0, k).includes(target);
        });
        expect(metric.compute()).toBe(right.length / drawn.length);
      }),
    );
  });

  it('of the k highest scores ignores targets, and throws for invalid classes and scores', () => {
    const metric = new TopKAccuracy({ k: 1, ignoreIndex: -1 });
    metric.update([[0, 1], [Number.NaN]], [1, -1]);
    expect(metric.compute()).toBe(1);
    expect(() => metric.update([[0, 1]], [2])).toThrow(
      'TopKAccuracy.update: targets[0] is 2; expected a class in 0…1',
    );
    expect(() => metric.update([[0, Number.NaN]], [0])).toThrow('TopKAccuracy.update: scores[0][1] is NaN');
    metric.reset();
    expect(metric.compute()).toBeNaN();
  });
});

describe('ConfusionMatrix', () => {
  it('counts the predictions of each class for each class', () => {
    fc.assert(
      fc.property(pairs, (drawn) => {
        const metric = new ConfusionMatrix({ numClasses: 4 });
        metric.update(...split(drawn));
        metric.counts.forEach((row, right) => {
          row.forEach((count, predicted) => {
            expect(count).toBe(drawn.filter(([a, b]) => a === predicted && b === right).length);
          });
        });
        expect(metric.compute()).toBe(drawn.filter(([a, b]) => a === b).length / drawn.length);
      }),
    );
  });

  it('gives shares of rows, of columns or of all, and 0 where there are none', () => {
    const metric = new ConfusionMatrix({ numClasses: 3 });
    metric.update([0, 1, 1, 1], [0, 0, 1, 1]);
    expect(metric.normalized()).toEqual([
      [0.5, 0.5, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
    expect(metric.normalized('columns')).toEqual([
      [1, 1 / 3, 0],
      [0, 2 / 3, 0],
      [0, 0, 0],
    ]);
    expect(metric.normalized('all')).toEqual([
      [0.25, 0.25, 0],
      [0, 0.5, 0],
      [0, 0, 0],
    ]);
    metric.reset();
    expect(metric.compute()).toBeNaN();
  });

  it('prints as a table with its labels', () => {
    const metric = new ConfusionMatrix({ numClasses: 2, labels: ['no', 'maybe'], ignoreIndex: 9 });
    metric.update([0, 1, 1, 0], [0, 1, 0, 9]);
    expect(`${metric}`).toBe(['       no  maybe', '   no   1      1', 'maybe   0      1'].join('\n'));
  });

  it('throws unless there is one label for each class', () => {
    expect(() => new ConfusionMatrix({ numClasses: 3, labels: ['a'] })).toThrow(
      'ConfusionMatrix: labels are 1; expected 3',
    );
    expect(() => new ConfusionMatrix({ numClasses: 1, labels: [''] })).toThrow(
      'expected an array of strings that are not empty',
    );
  });
});
