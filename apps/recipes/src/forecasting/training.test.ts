import { useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import { expect, it } from 'vitest';
import { itLearnsTheSame } from '../../test/same-on-backends.ts';
import { backendChoices } from '../backends.ts';
import {
  type ForecastSizes,
  forecaster,
  forecastsFrom,
  forecastTraining,
  type KnownSeries,
  type WindowBatch,
} from './training.ts';

const sizes: ForecastSizes = { window: 14, horizon: 7, hiddenSize: 12, dropout: 0.1, epochs: 8, lr: 0.01 };

/** 20 weeks, with few at the weekends, of which the day is known in advance */
const days = Array.from({ length: 7 * 20 }, (_, day) => day);
const weekday = (day: number) => Array.from({ length: 7 }, (_, i) => Number(i === day % 7));
const weeks: KnownSeries = {
  values: days.map((day) => 1000 + (day % 7 < 5 ? 200 : -300) + 20 * Math.sin(day / 9)),
  covariates: days.map(weekday),
};

itLearnsTheSame('the forecaster learns the same on cpu and onnxruntime, and that weekends are low', {
  steps: 400,
  falls: 0.3,
  begin(fractionDone) {
    const model = forecaster(weeks, sizes);
    return {
      training: forecastTraining(model, weeks, { seed: 1, fractionDone, sizes }),
      async use() {
        const [ahead] = await forecastsFrom(model, weeks, [days.length - 7], sizes.window);
        const middle = ahead!.map((quantiles) => quantiles[1]!);
        expect(middle).toHaveLength(7);
        expect(Math.min(...middle.slice(0, 5))).toBeGreaterThan(Math.max(...middle.slice(5)) + 300);
      },
    };
  },
});

it('forecasts from many origins at once as from each alone, each from the window before it', async () => {
  await useBackend(backendChoices.cpu!({ threads: 1 }));
  nn.manualSeed(1);
  using model = forecaster(weeks, sizes);
  const origins = [14, 50, 133];
  const together = await forecastsFrom(model, weeks, origins, sizes.window);
  for (const [i, origin] of origins.entries()) {
    const [alone] = await forecastsFrom(model, weeks, [origin], sizes.window);
    for (const [h, quantiles] of alone!.entries()) {
      for (const [q, value] of quantiles.entries()) {
        expect(together[i]![h]![q]! / value).toBeCloseTo(1, 4);
      }
    }
  }
  // What comes after the origin is not read.
  const values = weeks.values.map((value, day) => (day < 50 ? value : 0));
  const [blind] = await forecastsFrom(model, { ...weeks, values }, [50], sizes.window);
  expect(blind!.flatMap((row) => [...row])).toEqual(
    (await forecastsFrom(model, weeks, [50], sizes.window))[0]!.flatMap((row) => [...row]),
  );
});

it('forecasts a series of which nothing is known in advance', async () => {
  await useBackend(backendChoices.cpu!({ threads: 1 }));
  nn.manualSeed(1);
  const alone = { values: weeks.values, covariates: days.map(() => []) };
  using model = forecaster(alone, { ...sizes, horizon: 1 });
  const found = await forecastsFrom(model, alone, [30, days.length], sizes.window);
  expect(found.map((rows) => rows.map((row) => row.length))).toEqual([[3], [3]]);
});

it('trains on every window of the series, with the future after the past and the days of both', async () => {
  await useBackend(backendChoices.cpu!({ threads: 1 }));
  const series = { values: days.map(Number), covariates: days.map((day) => [day]) };
  using model = forecaster(series, sizes);
  const { batches, optimizer } = forecastTraining(model, series, { seed: 1, fractionDone: () => 0, sizes });
  using _optimizer = optimizer;
  const starts: number[] = [];
  for await (const { past, future, covariates } of batches as AsyncIterable<WindowBatch>) {
    const rows = (await past.array()) as number[][];
    const after = (await future.array()) as number[][];
    const known = (await covariates.array()) as number[][][];
    for (const [i, row] of rows.entries()) {
      expect([...row, ...after[i]!]).toEqual(known[i]!.flat());
      starts.push(row[0]!);
    }
    for (const tensor of [past, future, covariates]) tensor.dispose();
  }
  expect(starts.sort((a, b) => a - b)).toEqual(days.slice(0, days.length - 20));
});
