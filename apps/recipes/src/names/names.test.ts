import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import { Trainer, type TrainingEvent } from '@unroll/train';
import { expect, it } from 'vitest';
import { backendChoices } from '../backends.ts';
import { nameAnswers } from './answers.ts';
import { codecOf } from './codec.ts';
import { NameClassifier } from './model.ts';
import { nameTraining } from './train.ts';

const labelled = (names: string, label: number) => names.split(' ').map((name) => ({ name, label }));
const names = [
  ...labelled('anna maria carla paola gina lucia rita nora eva clara', 0),
  ...labelled('otto bruno marco paolo gino lucio aldo ugo enzo carlo', 1),
];

it.each(Object.keys(backendChoices))(
  'learns an ending on %s, and leaves no tensor behind',
  async (backend) => {
    await useBackend(backendChoices[backend]!({}));
    nn.manualSeed(1);
    const before = tf.memory().numTensors;
    const codec = codecOf(names);
    {
      using model = new NameClassifier({
        characters: codec.size,
        embeddingDim: 8,
        hiddenSize: 8,
        numLayers: 2,
        dropout: 0.1,
      });
      const corpus = { train: names, heldOut: names };
      const training = await nameTraining(model, codec, corpus, { seed: 1, epochs: 30, batchSize: 7 });
      using _optimizer = training.optimizer;
      const ends: { loss: number }[] = [];
      const report = (event: TrainingEvent) => {
        if (event.type === 'epoch') ends.push(event);
      };
      const { values } = await new Trainer({ ...training, reporters: [report] }).fit();
      expect(ends).toHaveLength(30);
      expect(ends.at(-1)!.loss).toBeLessThan(ends[0]!.loss / 4);
      expect(values.accuracy).toBe(1);
      const [[female, male]] = (await model.classify([codec.encode('serena')])) as [[number, number]];
      expect(female).toBeGreaterThan(male);
      expect(female + male).toBeCloseTo(1, 5);
    }
    expect(tf.memory().numTensors).toBe(before);
  },
);

it('numbers the characters of the names: 0 is padding, 1 an unknown character', () => {
  const codec = codecOf(labelled('ab ca', 0));
  expect(codec.size).toBe(5);
  expect(codec.encode('abcé')).toEqual([2, 3, 4, 1]);
  expect(codec.specialIds.pad).toBe(0);
});

it('answers with the likelier class, and says when a name is in both lists or is not a name', async () => {
  const codec = codecOf(labelled('ada kim', 0));
  const kim = String(codec.encode('kim'));
  const classify = async (asked: readonly (readonly number[])[]) =>
    asked.map((name) => (String(name) === kim ? [0.25, 0.75] : [0.9, 0.1]));
  const lines = [' Ada ', 'Kim', 'Kím', '\u001b[1mAda', '  ', '42', 'x'.repeat(10_000)];
  expect(await nameAnswers(classify, codec, new Set(['kim']), lines)).toEqual([
    ['  Ada: female (90.0 %)'],
    ['  Kim: male (75.0 %, though it is in both lists)'],
    ['  Kím: male (75.0 %, though it is in both lists)'],
    ['  �[1mAda: female (90.0 %)'],
    [],
    ['  42: that has no letters; try a first name'],
    [`  ${'x'.repeat(40)}: that has 10,000 characters; a name has at most 40`],
  ]);
});

it('frees the batch when the prediction fails', async () => {
  await useBackend(backendChoices.portable!({}));
  const model = new NameClassifier({
    characters: 4,
    embeddingDim: 2,
    hiddenSize: 2,
    numLayers: 1,
    dropout: 0,
  });
  model.dispose();
  const before = tf.memory().numTensors;
  await expect(model.classify([[2, 3]])).rejects.toThrow('disposed');
  expect(tf.memory().numTensors).toBe(before);
});
