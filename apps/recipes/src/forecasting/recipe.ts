import { Option } from 'commander';
import { answersTogether, Unanswerable } from '../answers-together.ts';
import { runCourse } from '../course.ts';
import type { Recipe } from '../recipe.ts';
import { counted, printable } from '../terminal/words.ts';
import { forecastComparisons } from './comparisons.ts';
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
      comparisons: async () =>
        forecastComparisons({ train, test, seasons, oneByOne: horizon === 1 }, await forecasts()),
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
