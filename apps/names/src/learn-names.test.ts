import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import type { TrainingEvent } from '@unroll/train';
import { expect, it } from 'vitest';
import { backendChoices } from './backends.ts';
import { learnNames } from './learn-names.ts';
import { NameClassifier } from './name-classifier.ts';
import { nameCodec } from './name-codec.ts';

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
    const codec = nameCodec(names);
    {
      using model = new NameClassifier({
        characters: codec.size,
        embeddingDim: 8,
        hiddenSize: 8,
        numLayers: 2,
        dropout: 0.1,
      });
      const ends: { loss: number }[] = [];
      const report = (event: TrainingEvent) => {
        if (event.type === 'epoch') ends.push(event);
      };
      const options = { epochs: 30, batchSize: 7, maxLr: 0.05, seed: 1, reporters: [{ report }] };
      const { values } = await learnNames(model, codec, { train: names, heldOut: names }, options);
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
