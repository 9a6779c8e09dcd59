import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends } from '../test/backends.ts';

const make = () =>
  new nn.Sequential(
    new nn.Linear({ inFeatures: 3, outFeatures: 4 }),
    new nn.Tanh(),
    new nn.LayerNorm({ normalizedShape: 4 }),
  );

describe.each(backends)('on %s', (_, backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it('a model is saved between two training steps, and loaded into another model, without a tensor left', async () => {
    const [model, other] = [make(), make()];
    const optimizer = new Adam(model.parameters(), { lr: 0.1 });
    const x = tf.ones([2, 3]);
    const step = () => trainingStep(optimizer, () => tf.mean(tf.square(tf.sub(model.forward(x), 1))));
    await step();
    const tensors = tf.memory().numTensors;
    const saving = nn.save(model);
    const expected = await Promise.all(
      model.parameters().map((parameter) => parameter.data().then((d) => d.slice())),
    );
    await step();
    await nn.load(other, await saving);
    expect(tf.memory().numTensors).toBe(tensors);
    const loaded = await Promise.all(other.parameters().map((parameter) => parameter.data()));
    expect(loaded).toEqual(expected);
    await expect(nn.load(other, new Uint8Array(3))).rejects.toMatchObject({ name: 'FormatError' });
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('a file saved on one backend loads on another', async () => {
    const model = make();
    const bytes = await nn.save(model);
    for (const [, next] of backends) {
      await useBackend(next);
      const other = make();
      await nn.load(other, bytes);
      expect(await nn.save(other)).toEqual(bytes);
    }
    await useBackend(backend);
    expect(await nn.save(model)).toEqual(bytes);
  });
});
