import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { embedding } from '@unroll/backend/operations';
import * as nn from '@unroll/nn';
import { Adam, type Optimizer, SGD, trainingStep, update } from '@unroll/optim';
import { beforeEach, describe, expect, it } from 'vitest';
import { onnxruntime, onnxruntimeStatistics } from '../onnxruntime.ts';

const backend = onnxruntime({ threads: 1, maxPending: 60 });

beforeEach(async () => {
  await useBackend(backend);
});

/** Fails when it runs, not when it is called. */
const failing = (x: tf.Tensor) => tf.gather(x, tf.add(tf.zeros([1], 'int32'), tf.scalar(99, 'int32')));

const values = async (tensor: tf.Tensor) => [...(await tensor.data())];

/** A weight, an optimizer, and losses whose computation succeeds or fails. */
function model(
  makeOptimizer: (weight: tf.Variable) => Optimizer<never> = (w) => new Adam([w], { lr: 0.1 }) as never,
) {
  const weight = tf.tidy(() => tf.variable(tf.tensor1d([1, -2, 3])));
  const optimizer = makeOptimizer(weight) as unknown as Adam;
  const good = () => tf.sum(tf.square(weight)) as tf.Scalar;
  const bad = () => tf.add(good(), tf.sum(failing(weight))) as tf.Scalar;
  const worse = () => tf.mul(good(), tf.sum(failing(weight))) as tf.Scalar;
  const dispose = () => {
    weight.dispose();
    optimizer.dispose();
  };
  return { weight, optimizer, good, bad, worse, dispose };
}

describe('a training step that fails', () => {
  it('changes nothing, counts nothing and costs the next one nothing', async () => {
    const { weight, optimizer, good, bad, dispose } = model();
    await trainingStep(optimizer, good);
    await trainingStep(optimizer, good);
    const before = await values(weight);
    const moments = await Promise.all([...optimizer.state.get(weight)!.tensors.values()].map(values));
    const { sessionsCreated } = onnxruntimeStatistics();
    const { numTensors } = tf.memory();
    for (let i = 0; i < 3; i++)
      await expect(trainingStep(optimizer, bad)).rejects.toThrow('GatherV2: the index value 99 is not in');
    expect(await values(weight)).toEqual(before);
    expect(optimizer.state.get(weight)!.step).toBe(2);
    const after = await Promise.all([...optimizer.state.get(weight)!.tensors.values()].map(values));
    expect(after).toEqual(moments);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(onnxruntimeStatistics().pending).toBe(0);
    const failures = onnxruntimeStatistics().sessionsCreated - sessionsCreated;
    await trainingStep(optimizer, good);
    expect(onnxruntimeStatistics().sessionsCreated - sessionsCreated).toBe(failures);
    dispose();
  });

  it('leaves no state behind where it is the first', async () => {
    for (const make of [
      (w: tf.Variable) => new SGD([w], { lr: 0.1, momentum: 0.9 }),
      (w: tf.Variable) => new Adam([w], { lr: 0.1, amsgrad: true }),
    ]) {
      const { weight, optimizer, good, bad, dispose } = model(make as never);
      const { numTensors } = tf.memory();
      await expect(trainingStep(optimizer, bad)).rejects.toThrow('GatherV2: the index value 99 is not in');
      expect(tf.memory().numTensors).toBe(numTensors);
      expect(optimizer.state.size).toBe(0);
      expect(await values(weight)).toEqual([1, -2, 3]);
      expect(await trainingStep(optimizer, good)).toBe(14);
      dispose();
    }
  });

  it('also takes back the steps that were made after it and before anything was read', async () => {
    const { weight, optimizer, good, bad, dispose } = model();
    const other = model();
    await trainingStep(optimizer, good);
    const before = await values(weight);
    const losses = [update(optimizer, good), update(optimizer, bad), update(optimizer, good)];
    const otherLoss = update(other.optimizer, other.good);
    await expect(losses[2]!.data()).rejects.toThrow('GatherV2: the index value 99 is not in');
    expect(await values(losses[0]!)).toHaveLength(1);
    expect(await values(otherLoss)).toEqual([14]);
    expect((await values(other.weight))[0]).toBeCloseTo(0.9, 5);
    await expect(losses[1]!.data()).rejects.toThrow('GatherV2: the index value 99 is not in');
    expect(optimizer.state.get(weight)!.step).toBe(2);
    // The first of the three steps stands.
    expect(await values(weight)).not.toEqual(before);
    expect((await values(weight))[0]).toBeCloseTo(0.8, 3);
    tf.dispose([...losses, otherLoss]);
    dispose();
    other.dispose();
  });

  it('is not a step whose neighbour fails', async () => {
    const { weight, optimizer, good, dispose } = model();
    const metric = failing(weight);
    expect(await trainingStep(optimizer, good)).toBe(14);
    expect(optimizer.state.get(weight)!.step).toBe(1);
    expect((await values(weight))[0]).toBeCloseTo(0.9, 5);
    await expect(metric.data()).rejects.toThrow('GatherV2: the index value 99 is not in');
    await expect(metric.data()).rejects.toThrow('GatherV2: the index value 99 is not in');
    metric.dispose();
    expect((await values(weight))[0]).toBeCloseTo(0.9, 5);
    dispose();
  });

  it('rejects also where the loss itself could be computed', async () => {
    const { weight, optimizer, good, dispose } = model();
    const unfit = tf.customGrad((x) => ({
      value: tf.sum(x as tf.Tensor),
      gradFunc: () => tf.add(tf.zerosLike(x as tf.Tensor), tf.sum(failing(x as tf.Tensor))),
    }));
    await expect(trainingStep(optimizer, () => unfit(weight) as tf.Scalar)).rejects.toThrow(
      'GatherV2: the index value 99 is not in',
    );
    expect(await values(weight)).toEqual([1, -2, 3]);
    expect(await trainingStep(optimizer, good)).toBe(14);
    dispose();
  });

  it('keeps what was assigned after it from outside', async () => {
    const { weight, optimizer, good, bad, dispose } = model();
    const loss = update(optimizer, bad);
    tf.tidy(() => weight.assign(tf.tensor1d([1, 1, 1])));
    await expect(loss.data()).rejects.toThrow('GatherV2: the index value 99 is not in');
    expect(await values(weight)).toEqual([1, 1, 1]);
    loss.dispose();
    expect(await trainingStep(optimizer, good)).toBe(3);
    dispose();
  });

  it('is reported in a loop that reads nothing, before the loop has gone on for long', async () => {
    const { weight, optimizer, good, worse, dispose } = model();
    update(optimizer, worse).dispose();
    let steps = 0;
    const loop = async () => {
      for (; steps < 1000; steps++) {
        update(optimizer, good).dispose();
        await null;
      }
    };
    await expect(loop()).rejects.toThrow('GatherV2: the index value 99 is not in');
    expect(steps).toBeLessThan(200);
    expect(await values(weight)).toEqual([1, -2, 3]);
    expect(await trainingStep(optimizer, good)).toBe(14);
    dispose();
  });

  it('does not stop the runs of a loop that awaits only fulfilled promises', async () => {
    const { optimizer, good, dispose } = model();
    let most = 0;
    for (let i = 0; i < 500; i++) {
      update(optimizer, good).dispose();
      await null;
      most = Math.max(most, onnxruntimeStatistics().pending);
    }
    expect(most).toBeLessThan(150);
    dispose();
  });

  it('may be a step of one of TensorFlow.js’s optimizers too', async () => {
    const weight = tf.variable(tf.tensor1d([1, -2, 3]));
    const optimizer = tf.train.adam(0.1);
    const good = () => tf.sum(tf.square(weight)) as tf.Scalar;
    await optimizer.minimize(good, true)!.data();
    const before = await values(weight);
    const loss = optimizer.minimize(() => tf.mul(good(), tf.sum(failing(weight))) as tf.Scalar, true)!;
    await expect(loss.data()).rejects.toThrow('GatherV2: the index value 99 is not in');
    expect(await values(weight)).toEqual(before);
    await optimizer.minimize(good, true)!.data();
    const [first] = await values(weight);
    expect(first).toBeCloseTo(0.8, 3);
    optimizer.dispose();
    weight.dispose();
  });

  it('frees the kept values where the model is disposed first', async () => {
    const before = { tensors: tf.memory().numTensors, data: tf.engine().backend.numDataIds() };
    const { optimizer, good, dispose } = model();
    update(optimizer, good).dispose();
    dispose();
    expect({ tensors: tf.memory().numTensors, data: tf.engine().backend.numDataIds() }).toEqual(before);
  });

  it('may be a step of layers whose computed labels are out of range', async () => {
    const layer = new nn.Linear({ inFeatures: 2, outFeatures: 3 });
    const optimizer = new SGD(layer.parameters(), { lr: 0.1, momentum: 0.9 });
    const before = await values(layer.weight);
    const x = tf.ones([2, 2]);
    const bad = () =>
      nn.crossEntropy(
        layer.forward(x),
        tf.add(tf.tensor1d([0, 1], 'int32'), tf.scalar(2, 'int32')) as tf.Tensor1D,
      );
    await expect(trainingStep(optimizer, bad)).rejects.toThrow(
      'crossEntropy: target holds 3 in row 1; expected classes 0 to 2 (or ignoreIndex, -100)',
    );
    expect(await values(layer.weight)).toEqual(before);
    expect(optimizer.state.size).toBe(0);
    layer.dispose();
    optimizer.dispose();
  });

  it('fails over an index that only the gradient needs, and changes nothing', async () => {
    const weight = tf.tidy(() => tf.variable(tf.zeros([3, 2]))) as tf.Variable<tf.Rank.R2>;
    const optimizer = new SGD([weight], { lr: 1 });
    const indices = tf.tensor1d([0, 9], 'int32');
    const loss = () => tf.sum(embedding(weight, tf.add(indices, tf.scalar(0, 'int32')))) as tf.Scalar;
    update(optimizer, loss).dispose();
    await expect(weight.data()).rejects.toThrow('embedding: indices holds 9 in row 1');
    expect(await values(weight)).toEqual([0, 0, 0, 0, 0, 0]);
    tf.dispose([weight, indices]);
    optimizer.dispose();
  });

  it('may be the first step of TensorFlow.js’s optimizers, which then continue', async () => {
    for (const make of [() => tf.train.adam(0.1), () => tf.train.rmsprop(0.1), () => tf.train.adagrad(0.1)]) {
      const weight = tf.tidy(() => tf.variable(tf.tensor2d([[1, 2, 3]])));
      const optimizer = make();
      const minimize = async (label: number) => {
        const loss = optimizer.minimize(() => {
          const target = tf.add(tf.tensor1d([label], 'int32'), tf.scalar(0, 'int32'));
          return nn.crossEntropy(weight as tf.Tensor, target as tf.Tensor1D) as tf.Scalar;
        }, true)!;
        try {
          return (await loss.data())[0]!;
        } finally {
          loss.dispose();
        }
      };
      await expect(minimize(7)).rejects.toThrow('crossEntropy: target holds 7 in row 0');
      const losses = [await minimize(0), await minimize(0), await minimize(0)];
      expect(losses[2]).toBeLessThan(losses[0]!);
      optimizer.dispose();
      weight.dispose();
    }
  });
});
