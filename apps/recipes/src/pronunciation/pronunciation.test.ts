import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { splitByRatio, toArray } from '@unroll/data';
import * as nn from '@unroll/nn';
import { Trainer } from '@unroll/train';
import { beforeAll, describe, expect, it } from 'vitest';
import { backendChoices } from '../backends.ts';
import { type DictionaryWord, loadCmudict } from '../corpora/cmudict.ts';
import { codecsOf, isSpelled, loadCorpus, wordsOf } from './corpus.ts';
import { Pronouncer } from './model.ts';
import { type PronunciationSize, pronunciationTraining, wordBatches, wordPairs } from './train.ts';

const size: PronunciationSize = {
  embeddingDim: 16,
  hiddenSize: 16,
  numLayers: 1,
  dropout: 0,
  lr: 0.01,
  labelSmoothing: 0,
  allPronunciations: false,
  batchSize: 8,
  validateEvery: 1000,
};

/** Words in which every letter stands for one phoneme */
const words: DictionaryWord[] = [...'bdgkmnp'].flatMap((first) =>
  [...'aeiou'].flatMap((vowel) =>
    [...'tlr'].map((last) => ({
      word: first + vowel + last,
      pronunciations: [[first, vowel, last].map((letter) => letter.toUpperCase())],
    })),
  ),
);

/** Trains for a number of steps with seed 1. */
async function train(steps: number, use: (model: Pronouncer) => Promise<void>): Promise<void> {
  nn.manualSeed(1);
  const codecs = codecsOf(words);
  using model = new Pronouncer({ codecs, ...size });
  let done = 0;
  const corpus = { train: words, validation: words };
  const training = pronunciationTraining(model, codecs, corpus, {
    size,
    seed: 1,
    fractionDone: () => done / steps,
  });
  using _optimizer = training.optimizer;
  await new Trainer({
    ...training,
    steps,
    reporters: [
      ({ step }) => {
        done = step;
      },
    ],
  }).fit();
  await use(model);
}

describe('the pronouncer', () => {
  it.each(Object.keys(backendChoices))(
    'learns to spell aloud on %s, and leaves no tensor behind',
    async (backend) => {
      await useBackend(backendChoices[backend]!({}));
      const before = tf.memory().numTensors;
      await train(130, async (model) => {
        const [[kat], [best, second]] = (await model.pronounce(['kat', 'mil'], {
          beamSize: 4,
          nBest: 2,
          attention: true,
        })) as [
          [{ phonemes: string[]; attention: Float32Array[] }],
          { phonemes: string[]; logProb: number }[],
        ];
        expect(kat.phonemes).toEqual(['K', 'A', 'T']);
        expect(kat.attention.slice(0, 3).map((weights) => weights.length)).toEqual([3, 3, 3]);
        expect(best!.phonemes).toEqual(['M', 'I', 'L']);
        expect(best!.logProb).toBeGreaterThan(second!.logProb);
        const greedy = await model.pronounce(['mil', 'kat'], { beamSize: 1 });
        expect(greedy.map(([found]) => found!.phonemes.join(''))).toEqual(['MIL', 'KAT']);
      });
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});

describe('the corpus', () => {
  let spelled: readonly string[];
  beforeAll(() => {
    spelled = loadCmudict()
      .map(({ word }) => word)
      .filter(isSpelled);
  });

  it('is split as in its files: 5,000 and 1,000 of 123,874 words, drawn by seed 1', async () => {
    const [all, test, validation] = [spelled.length, 5000, 1000];
    const ratios = { test: test / all, validation: validation / all, train: 1 - (test + validation) / all };
    const parts = splitByRatio(spelled, ratios, { seed: 1 });
    expect(all).toBe(123_874);
    for (const part of ['test', 'validation'] as const) {
      expect(wordsOf(part)).toEqual((await toArray(parts[part])).sort());
    }
  });

  it('has each word in one part, and every phoneme in the training part', async () => {
    const { train: learnt, validation, test } = await loadCorpus();
    const parts = [learnt, validation, test].map((part) => new Set(part.map(({ word }) => word)));
    expect(parts.map((part) => part.size)).toEqual([117_874, 1000, 5000]);
    expect(new Set(parts.flatMap((part) => [...part])).size).toBe(123_874);
    const codecs = codecsOf(learnt);
    expect([codecs.letters.size, codecs.phonemes.size]).toEqual([28, 72]);
  });
});

it('batches words with equal numbers of letters and phonemes together', async () => {
  await useBackend(backendChoices.cpu!({}));
  const entries = [
    ...words,
    { word: 'ox', pronunciations: [['O', 'K', 'S']] },
    {
      word: 'ax',
      pronunciations: [
        ['A', 'X'],
        ['A', 'K', 'S'],
      ],
    },
  ];
  const codecs = codecsOf(entries);
  const pairs = wordPairs(entries, codecs, true);
  const shapes = [];
  for await (const batch of wordBatches(pairs, { batchSize: 3, seed: 1 })) {
    shapes.push([batch.letters.values.shape, batch.phonemes.values.shape]);
    tf.dispose([batch.letters.values, batch.phonemes.values]);
  }
  expect(shapes).toContainEqual([
    [3, 2],
    [3, 5],
  ]);
  expect(shapes.filter(([letters]) => letters![1] === 3)).toHaveLength(35);
});
