import { readFile } from 'node:fs/promises';
import { dispose } from '@tensorflow/tfjs-core';
import { padded } from '@unroll/data';
import { readWav, resample } from '@unroll/data/audio';
import { Option } from 'commander';
import { answersTogether } from '../answers-together.ts';
import {
  holdOutSpeaker,
  loadSpokenDigits,
  SPEAKERS,
  SPOKEN_DIGITS,
  splitByIndex,
} from '../corpora/spoken-digits.ts';
import { runCourse } from '../course.ts';
import type { Recipe } from '../recipe.ts';
import { counted, percent, printable } from '../terminal/words.ts';
import { byTemplates } from './by-templates.ts';
import {
  DIGITS,
  digitSpectrogram,
  framesOf,
  hear,
  letterCodec,
  recognizer,
  speechTraining,
} from './training.ts';

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
