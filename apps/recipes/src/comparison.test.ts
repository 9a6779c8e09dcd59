import { expect, it } from 'vitest';
import { comparisonsOfSeeds, meanAndSpread } from './comparison.ts';
import { percent } from './terminal/words.ts';

it('gives the mean and the spread of a sample', () => {
  expect(meanAndSpread([1, 2, 3])).toEqual({ mean: 2, spread: 1 });
  expect(meanAndSpread([5])).toEqual({ mean: 5, spread: 0 });
});

it('joins the figures of several seeds, figure by figure', () => {
  const runs = [0.9, 0.92].map((ours) => [
    { title: 'Accuracy', format: percent, figures: { majority: 0.5, LSTM: ours } },
  ]);
  expect(comparisonsOfSeeds(runs)).toEqual([
    {
      title: 'Accuracy, 2 seeds',
      rows: [
        ['majority', '50.0 % ± 0.0 %'],
        ['LSTM', '91.0 % ± 1.4 %'],
      ],
    },
  ]);
});
