import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { AdamW, clipGradients, lossAndGradients, SGD, trainingStep, update } from './index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const variable = (values: number[]) => tf.tidy(() => tf.variable(tf.tensor1d(values)));
const half = (w: tf.Tensor) => tf.div(tf.sum(tf.square(w)), 2); // its gradient is w

describe('trainingStep', () => {
  it('gives the loss before the update, and makes it', async () => {
    const w = variable([3, 4]);
    const optimizer = new SGD([w], { lr: 0.5 });
    expect(await trainingStep(optimizer, () => half(w))).toBe(12.5);
    expect([...(await w.data())]).toEqual([1.5, 2]);
  });

  it('leaves no tensor behind in 200 steps, with every option', async () => {
    const w = variable([3, 4]);
    const bias = variable([0]);
    const optimizer = new AdamW([w, bias], { amsgrad: true });
    const options = { clipGradNorm: 1, clipGradValue: 0.5, errorIfNonfinite: true };
    const loss = () => half(tf.add(tf.relu(w), bias));
    await trainingStep(optimizer, loss, options);
    const early = tf.memory();
    for (let i = 0; i < 100; i++) {
      await trainingStep(optimizer, loss, options);
      update(optimizer, loss, { clipGradNorm: { maxNorm: 1, normType: 1 } }).dispose();
    }
    const late = tf.memory();
    expect(late.numTensors).toBe(early.numTensors);
    expect(late.numBytes).toBe(early.numBytes);
    expect(late.numDataBuffers).toBe(early.numDataBuffers);
  });

  it('clips each element first, then the norm', async () => {
    const w = variable([3, 4]);
    await trainingStep(new SGD([w], { lr: 1 }), () => half(w), {
      clipGradValue: 3,
      clipGradNorm: Math.SQRT2,
    });
    // The gradient [3, 4] is limited to [3, 3], and then to the length of [1, 1].
    const values = await w.data();
    expect(values[0]).toBeCloseTo(2, 5);
    expect(values[1]).toBeCloseTo(3, 5);
  });

  it('leaves frozen parameters and those that the loss does not use alone', async () => {
    const [w, frozen, unused] = [variable([1]), variable([1]), variable([1])];
    frozen!.trainable = false;
    await trainingStep(new SGD([w!, frozen!, unused!], { lr: 1, weightDecay: 1 }), () =>
      half(tf.add(w!, frozen!)),
    );
    expect([w!, frozen!, unused!].map((v) => v.dataSync()[0])).toEqual([-2, 1, 1]);
  });

  it('takes a loss of shape [1], and one that is a parameter itself', async () => {
    const w = variable([2]);
    expect(await trainingStep(new SGD([w], { lr: 1 }), () => tf.square(w))).toBe(4);
    const scalar = tf.tidy(() => tf.variable(tf.scalar(5)));
    expect(await trainingStep(new SGD([scalar], { lr: 1 }), () => scalar)).toBe(5);
    expect(scalar.isDisposed).toBe(false);
    expect(scalar.dataSync()[0]).toBe(4);
  });

  it('lets NaN through by default, and updates nothing where told to reject it', async () => {
    const w = variable([3]);
    const optimizer = new SGD([w], { lr: 1 });
    const nan = () => tf.mul(half(w), Number.NaN);
    const before = tf.memory().numTensors;
    await expect(trainingStep(optimizer, nan, { errorIfNonfinite: true })).rejects.toThrow(
      'trainingStep: the loss is NaN; expected a finite number. Nothing was updated',
    );
    expect(w.dataSync()[0]).toBe(3);
    expect(optimizer.state.size).toBe(0);
    expect(await trainingStep(optimizer, nan)).toBeNaN();
    expect(w.dataSync()[0]).toBeNaN();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each<[string, (w: tf.Variable) => unknown]>([
    ['trainingStep: the loss has shape [3]; expected one number', (w) => tf.square(w)],
    ['trainingStep: the loss function returned undefined; expected a scalar tensor', () => undefined],
    ['trainingStep: the loss function returned 3; expected a scalar tensor', () => 3],
    [
      'trainingStep: the loss function returned a promise; it has to be synchronous',
      (w) => Promise.resolve(half(w)),
    ],
    ["trainingStep: the loss depends on none of the optimizer's trainable parameters", () => tf.scalar(1)],
    ['trainingStep: the loss has dtype int32; expected float32', (w) => tf.cast(half(w), 'int32')],
  ])('rejects with "%s", leaving everything as it was', async (message, loss) => {
    const w = variable([1, 2, 3]);
    const before = tf.memory().numTensors;
    await expect(trainingStep(new SGD([w]), () => loss(w) as tf.Tensor)).rejects.toThrow(message);
    expect([...w.dataSync()]).toEqual([1, 2, 3]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('frees what it can where the loss function throws', async () => {
    const w = variable([1, 2, 3]);
    const before = tf.memory().numTensors;
    const wrong = () => tf.matMul(tf.reshape(tf.exp(tf.square(w)), [1, 3]), tf.zeros([2, 2]));
    await expect(trainingStep(new SGD([w]), wrong)).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(before);
    expect(await trainingStep(new SGD([w], { lr: 1 }), () => half(w))).toBe(7);
  });

  it('names an argument that is no optimizer or no loss function, as where the two are exchanged', async () => {
    const optimizer = new SGD([variable([1])], { lr: 0.1 });
    const loss = () => tf.scalar(1);
    await expect(trainingStep(loss as never, optimizer as never)).rejects.toThrow(
      'trainingStep: optimizer is a function; expected an optimizer',
    );
    await expect(trainingStep(optimizer, undefined as never)).rejects.toThrow(
      'trainingStep: lossFunction is undefined; expected a function',
    );
    expect(() => update({} as never, loss)).toThrow('update: optimizer is an object; expected an optimizer');
  });

  it('names a disposed parameter, and says when all are frozen', async () => {
    const w = variable([1]);
    const optimizer = new SGD([w]);
    w.trainable = false;
    await expect(trainingStep(optimizer, () => half(w))).rejects.toThrow(
      "trainingStep: none of the optimizer's parameters is trainable",
    );
    w.trainable = true;
    w.dispose();
    await expect(trainingStep(optimizer, () => half(w))).rejects.toThrow(
      `is a disposed variable, '${w.name}'`,
    );
  });
});

describe('lossAndGradients', () => {
  it('gives the loss and the gradients of a step, updates nothing, and leaves no other tensor', () => {
    const [w, unused] = [variable([3, 4]), variable([1])];
    const optimizer = new SGD([w, unused], { lr: 1 });
    const before = tf.memory().numTensors;
    const { loss, gradients } = lossAndGradients(optimizer, () => half(w));
    expect(loss.dataSync()[0]).toBe(12.5);
    expect([...gradients.keys()]).toEqual([w]);
    const { grads, totalNorm } = clipGradients(gradients, {
      clipGradValue: 3,
      clipGradNorm: { maxNorm: 3, normType: 1 },
    });
    expect(totalNorm!.dataSync()[0]).toBe(6);
    expect(grads.get(w)!.dataSync()[0]).toBeCloseTo(1.5, 5);
    expect([...gradients.get(w)!.dataSync()]).toEqual([3, 4]);
    expect([...w.dataSync()]).toEqual([3, 4]);
    tf.dispose([loss, totalNorm!, ...gradients.values(), ...grads.values()]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('lets the gradients of batches be added up to those of one large batch', async () => {
    const [together, apart] = [variable([3, 4]), variable([3, 4])];
    const options = { lr: 0.1, momentum: 0.9 };
    await trainingStep(new SGD([together], options), () => half(together));
    const optimizer = new SGD([apart], options);
    const parts = [0, 1].map((i) =>
      lossAndGradients(optimizer, () => half(tf.slice(apart, [i], [1])) as tf.Scalar),
    );
    const sum = tf.tidy(() => tf.addN(parts.map(({ gradients }) => gradients.get(apart)!)));
    optimizer.step(new Map([[apart, sum]]));
    expect([...apart.dataSync()]).toEqual([...together.dataSync()]);
  });

  it('gives new gradients also where there is nothing to limit', () => {
    const gradient = tf.tensor1d([1]);
    const { grads, totalNorm } = clipGradients({ w: gradient }, {});
    expect(grads.w).not.toBe(gradient);
    expect([...grads.w!.dataSync()]).toEqual([1]);
    expect(totalNorm).toBeUndefined();
  });
});
