import { useBackend } from '@unroll/backend';
import { words } from '@unroll/data';
import * as nn from '@unroll/nn';
import { expect, it } from 'vitest';
import { itLearnsTheSame } from '../../test/same-on-backends.ts';
import { backendChoices } from '../backends.ts';
import { textAnswers } from './text-answers.ts';
import { type LabelledText, textClassifier, textCodec, textTraining } from './training.ts';

const texts: LabelledText[] = ['food', 'film', 'phone', 'staff', 'room'].flatMap((thing) => [
  { text: `The ${thing} was great`, label: 1 },
  { text: `A lovely ${thing}`, label: 1 },
  { text: `I love this ${thing} !`, label: 1 },
  { text: `The ${thing} was awful`, label: 0 },
  { text: `A broken ${thing}`, label: 0 },
  { text: `I regret this ${thing} .`, label: 0 },
]);

itLearnsTheSame('the classifier of texts learns the same on cpu and onnxruntime, and answers', {
  steps: 40,
  falls: 0.6,
  begin(fractionDone) {
    const codec = textCodec(texts, words());
    const model = textClassifier(codec, texts);
    const training = textTraining(model, codec, { train: texts, test: texts }, { seed: 1, fractionDone });
    return {
      training,
      async use({ accuracy, f1 }) {
        expect([accuracy, f1]).toEqual([1, 1]);
        const lines = ['a lovely phone', '', '  The room was awful  '];
        const [lovely, nothing, awful] = await textAnswers(model, codec, ['bad', 'good'], lines);
        expect(lovely).toEqual([expect.stringMatching(/^ {2}a lovely phone: good \(\d+\.\d %\)$/)]);
        expect(nothing).toEqual([]);
        expect(awful).toEqual([expect.stringMatching(/^ {2}The room was awful: bad \(\d+\.\d %\)$/)]);
      },
    };
  },
});

it('repeats the first 60 characters of a long text, whole ones, and answers a text of unknown words', async () => {
  await useBackend(backendChoices.cpu!({ threads: 1 }));
  nn.manualSeed(1);
  const codec = textCodec(texts, words());
  using model = textClassifier(codec, texts);
  const answers = await textAnswers(model, codec, ['bad', 'good'], ['🙂'.repeat(61), 'xyzzy', '\u0007']);
  expect(answers[0]![0]).toMatch(/^ {2}(🙂){60}…: (bad|good) /u);
  expect(answers[1]![0]).toMatch(/^ {2}xyzzy: (bad|good) /);
  expect(answers[2]![0]).not.toContain('\u0007');
});

it('begins with the ratios of naive Bayes: a word of one class points to it, in four features alike', async () => {
  await useBackend(backendChoices.cpu!({ threads: 1 }));
  const codec = textCodec(texts, words());
  using model = textClassifier(codec, texts);
  const weights = model.stateDict();
  const rows = (await weights['encoder.embedding.weight']!.array()) as number[][];
  const row = (word: string) => rows[codec.vocabulary.indexOf(word)]!;
  for (const word of ['great', 'awful', 'food', 'phone']) {
    expect(new Set(row(word).slice(0, 4)).size).toBe(1);
    expect(new Set(row(word).slice(4)).size).toBeGreaterThan(10);
  }
  expect(row('great')[0]).toBeGreaterThan(1);
  expect(row('awful')[0]).toBeLessThan(-1);
  expect(row('food')[0]).toBeCloseTo(row('phone')[0]!, 5);
  expect(Math.abs(row('food')[0]!)).toBeLessThan(0.5);
});
