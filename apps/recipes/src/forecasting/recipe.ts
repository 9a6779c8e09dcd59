import { MeanAbsoluteScaledError } from '@unroll/train/metrics';
import { Option } from 'commander';
import { answersTogether, Unanswerable } from '../answers-together.ts';
import type { Forecaster } from '../baselines/forecaster.ts';
import { holtWinters } from '../baselines/holt-winters.ts';
import { seasonalNaive } from '../baselines/seasonal-naive.ts';
import { runCourse } from '../course.ts';
import type { Recipe } from '../recipe.ts';
import { counted, printable } from '../terminal/words.ts';
import { CORPORA } from './corpora.ts';
import { forecaster, forecastsFrom, forecastTraining } from './training.ts';

export const forecasting: Recipe = {
  summary: 'forecasting: births of a year, or sunspots of thirty, as quantiles',
  corpora: Object.values(CORPORA).map(({ facts }) => facts),
  minutes: { short: 5, full: 5 },
  trainingOptions: ['corpus'],
  options: [
    new Option('--corpus <name>', 'births of each day, or sunspots of each year')
      .choices(Object.keys(CORPORA))
      .default('births'),
  ],
  async run(run) {
    const { print, options, fractionDone } = run;
    const { facts, load, seasons, sizes } = CORPORA[options.corpus as string]!;
    run.printFacts(facts);
    const { series, heldOut } = await load(run.dataFolder(facts));
    const { window, horizon } = sizes;
    const end = series.values.length - heldOut;
    const [train, test] = [series.values.slice(0, end), series.values.slice(end)];
    print(`${counted(train.length, 'step')} to learn from, the last ${heldOut} held out.`);
    using model = forecaster({ ...series, values: train }, sizes);
    // All held-out steps at once, or each when those before it are known.
    const origins = horizon === 1 ? test.map((_, i) => end + i) : [end];
    const forecasts = async () => (await forecastsFrom(model, series, origins, window)).flat();
    const error = (forecast: readonly number[]) => {
      const metric = new MeanAbsoluteScaledError({ training: train, season: seasons[0]! });
      metric.update(forecast, test);
      return metric.compute();
    };
    const errorOf = (baseline: Forecaster) =>
      error(horizon === 1 ? baseline.oneByOne(test) : baseline.ahead(heldOut));

    await runCourse(run, {
      kind: 'a GRU reads the past, another forecasts',
      model,
      training: forecastTraining(
        model,
        { ...series, values: train },
        { seed: options.seed, fractionDone, sizes },
      ),
      unit: 'windows',
      shown: {},
      comparisons: async () => {
        const ahead = await forecasts();
        const baselines = seasons.flatMap((season) => [
          [`seasonal naive, ${season}`, errorOf(seasonalNaive(train, season))],
          [`Holt-Winters, ${season}`, errorOf(holtWinters(train, season))],
        ]);
        return [
          {
            title: `MASE of the last ${heldOut} steps, ${horizon === 1 ? 'each forecast from all before it' : 'all forecast before the first'}`,
            format: (value) => value.toFixed(3),
            figures: {
              ...Object.fromEntries(baselines),
              GRU: error(ahead.map((quantiles) => quantiles[1]!)),
            },
          },
          {
            title: 'Share of the numbers between the 10 % and the 90 % quantile',
            format: (value) => value.toFixed(3),
            figures: {
              GRU:
                test.filter((value, h) => value >= ahead[h]![0]! && value <= ahead[h]![2]!).length / heldOut,
            },
          },
        ];
      },
      examples: ['1', '2'],
      questions: {
        prompt: `A step of the held-out ${heldOut}? `,
        asked: 'steps',
        answer: (lines) =>
          answersTogether(
            lines,
            (line) => {
              const step = Number(line);
              return step >= 1 && step <= heldOut && Number.isInteger(step)
                ? { step }
                : new Unanswerable(`${printable(line)}: expected a whole number from 1 to ${heldOut}`);
            },
            async (asked) => {
              const ahead = await forecasts();
              return asked.map(({ step }) => {
                const [low, middle, high] = [...ahead[step - 1]!].map((value) => Math.round(value));
                return `step ${step}: ${middle}, probably ${low} to ${high}; it was ${test[step - 1]}`;
              });
            },
          ),
        atOnce: 400,
      },
    });
  },
};
