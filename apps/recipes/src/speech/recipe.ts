import { readFile } from 'node:fs/promises';
import { dispose } from '@tensorflow/tfjs-core';
import { padded } from '@unroll/data';
import { readWav, resample } from '@unroll/data/audio';
import { Option } from 'commander';
import { answersTogether } from '../answers-together.ts';
import { cepstra } from '../baselines/cepstra.ts';
import { nearestTemplate } from '../baselines/nearest-template.ts';
import {
  holdOutSpeaker,
  loadSpokenDigits,
  SPEAKERS,
  SPOKEN_DIGITS,
  type SpokenDigit,
  splitByIndex,
} from '../corpora/spoken-digits.ts';
import { runCourse } from '../course.ts';
import type { Recipe } from '../recipe.ts';
import { counted, percent, printable } from '../terminal/words.ts';
import {
  DIGITS,
  digitSpectrogram,
  framesOf,
  hear,
  letterCodec,
  recognizer,
  speechTraining,
} from './training.ts';

/** The baseline looks at every second frame, which is four times as fast and as good. */
const EVERY = 2;
const CEPSTRA = 12;

export const speech: Recipe = {
  summary: 'speech: recordings of digits to letters, by CTC',
  corpora: [SPOKEN_DIGITS],
  minutes: { short: 10, full: 10 },
  trainingOptions: ['speaker'],
  options: [
    new Option(
      '--speaker <name>',
      'hold out this speaker, instead of five recordings of each digit by each',
    ).choices(SPEAKERS),
  ],
  async run(run) {
    const { print, options, fractionDone } = run;
    const { speaker, seed } = options;
    run.printFacts(SPOKEN_DIGITS);
    const digits = await loadSpokenDigits(run.dataFolder(SPOKEN_DIGITS));
    const split = typeof speaker === 'string' ? holdOutSpeaker(digits, speaker) : splitByIndex(digits);
    const { train, test } = split;
    print(`${counted(train.length, 'recording')} to learn from, ${test.length} to test.`);
    const codec = letterCodec();
    using model = recognizer(codec);

    /** What is heard in WAV files, by their paths */
    async function heard(files: readonly { path: string }[]): Promise<string[]> {
      using logMel = digitSpectrogram();
      return await Promise.all(
        files.map(async ({ path }) => {
          try {
            const { channels, sampleRate } = readWav(await readFile(path), { name: path });
            const samples = resample(channels[0]!, { from: sampleRate, to: 8000 });
            const frames = padded({ batchFirst: true })([await framesOf(logMel, samples)]);
            const [best] = await hear(model, codec, frames).finally(() => dispose(frames));
            return `${printable(path)}: ${DIGITS[best!.digit] ?? '(no digit)'} (${percent(Math.exp(best!.logProb))})`;
          } catch (error) {
            return `${printable(path)}: ${printable((error as Error).message)}`;
          }
        }),
      );
    }

    await runCourse(run, {
      kind: 'two bidirectional LSTM layers and CTC',
      model,
      training: await speechTraining(model, codec, split, { seed, fractionDone }),
      unit: 'recordings',
      shown: { accuracy: (value) => `test ${percent(value)}` },
      comparisons: async (values) => [
        {
          title:
            typeof speaker === 'string'
              ? `Digits of ${speaker}, who was not heard before`
              : 'Digits of the test recordings',
          format: percent,
          figures: {
            'nearest template, time warped': await byTemplates(split),
            'bidirectional LSTM, CTC': (await values()).accuracy!,
          },
        },
      ],
      examples: [],
      questions: {
        prompt: 'A WAV file? ',
        asked: 'WAV files',
        answer: (lines) => answersTogether(lines, (path) => ({ path }), heard),
        atOnce: 50,
      },
    });
  },
};

/** The share of recordings whose nearest template, by dynamic time warping, is the same digit */
async function byTemplates({ train, test }: { train: readonly SpokenDigit[]; test: readonly SpokenDigit[] }) {
  using logMel = digitSpectrogram();
  const coarse = async ({ samples }: SpokenDigit) =>
    cepstra(
      (await framesOf(logMel, samples)).filter((_, t) => t % EVERY === 0),
      CEPSTRA,
    );
  const templates = await Promise.all(
    train.map(async (each) => ({ frames: await coarse(each), label: each.digit })),
  );
  const classify = nearestTemplate(templates);
  const right = await Promise.all(test.map(async (each) => classify(await coarse(each)) === each.digit));
  return right.filter(Boolean).length / test.length;
}
