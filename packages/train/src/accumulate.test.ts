import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { padded } from '@unroll/data';
import * as nn from '@unroll/nn';
import { type ClipGradientsOptions, type Optimizer, SGD, trainingStep } from '@unroll/optim';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Accumulation } from './accumulate.ts';
import { UpdateSteps } from './update-steps.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** A model with one score per token, and the mean cross-entropy over the tokens that are not padding. */
function tagger() {
  const weight = tf.tidy(() =>
    tf.variable(tf.tensor2d([0.1, -0.2, 0.3, 0.2, 0.4, -0.1, -0.3, 0.1, 0.2, 0, 0.5, -0.4], [4, 3])),
  );
  const loss = (rows: readonly (readonly number[])[]) =>
    tf.tidy(() => {
      const { values } = padded({ batchFirst: true })(rows); // [N, L]
      const flat = tf.reshape(values, [-1]) as tf.Tensor1D;
      const targets = tf.where(tf.equal(flat, 0), tf.fill(flat.shape, -100, 'int32'), tf.mod(flat, 3));
      return nn.crossEntropy(
        tf.gather(weight, flat) as tf.Tensor2D,
        tf.cast(targets, 'int32') as tf.Tensor1D,
      );
    });
  return { weight, loss };
}

/** The batches are functions that return their loss */
const accumulationOf = (optimizer: Optimizer, clipping: ClipGradientsOptions = {}) =>
  new Accumulation(new UpdateSteps({ optimizer, loss: (batch: () => tf.Tensor) => batch(), ...clipping }));

const ragged = fc.array(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 }), {
  minLength: 2,
  maxLength: 8,
});

describe('accumulated batches', () => {
  it('make the update of the batch that they add up to, also when their numbers of tokens differ', async () => {
    await fc.assert(
      fc.asyncProperty(ragged, fc.integer({ min: 1, max: 4 }), async (rows, size) => {
        const [whole, parts] = [tagger(), tagger()];
        await trainingStep(new SGD([whole.weight], { lr: 1 }), () => whole.loss(rows), { clipGradNorm: 0.3 });
        const accumulation = accumulationOf(new SGD([parts.weight], { lr: 1 }), { clipGradNorm: 0.3 });
        for (let i = 0; i < rows.length; i += size) {
          const part = rows.slice(i, i + size);
          expect(await accumulation.add(() => parts.loss(part), part.flat().length)).toBeUndefined();
        }
        const { loss, weight } = await accumulation.update();
        expect(weight).toBe(rows.flat().length);
        const wanted = whole.weight.dataSync();
        parts.weight.dataSync().forEach((value, i) => {
          expect(value).toBeCloseTo(wanted[i]!, 5);
        });
        const [lossOfAll] = tf.tidy(() => {
          const before = tagger();
          return before.loss(rows).dataSync();
        });
        expect(loss).toBeCloseTo(lossOfAll!, 5);
      }),
      { numRuns: 40 },
    );
  });

  it('make the update of trainingStep, to the bit, when there is only one batch', async () => {
    const [a, b] = [tagger(), tagger()];
    const rows = [[1, 2, 3], [2]];
    const loss = await trainingStep(new SGD([a.weight], { lr: 0.7 }), () => a.loss(rows));
    const accumulation = accumulationOf(new SGD([b.weight], { lr: 0.7 }));
    await accumulation.add(() => b.loss(rows), 4);
    expect((await accumulation.update()).loss * 4).toBe(loss * 4);
    expect(b.weight.dataSync()).toEqual(a.weight.dataSync());
  });

  it('leave out a batch that is not finite, give the reason, and leave no tensor', async () => {
    const { weight, loss } = tagger();
    const optimizer = new SGD([weight], { lr: 1 });
    const accumulation = accumulationOf(optimizer, { clipGradValue: 1 });
    const before = tf.memory().numTensors;
    const nan = () => tf.mul(loss([[1]]), Number.NaN);
    // At 0 the square root is finite, but its slope is infinite.
    const steep = () => tf.sum(tf.sqrt(tf.mul(tf.abs(weight), 0)));
    await accumulation.add(() => loss([[1, 2]]), 2);
    expect(await accumulation.add(nan, 1)).toBe('the loss is NaN');
    expect(await accumulation.add(steep, 1)).toBe('the norm of the gradients is NaN');
    expect(accumulation.batches).toBe(1);
    expect(await accumulation.update()).toMatchObject({ weight: 2 });
    await expect(accumulation.add(() => tf.ones([2]), 1)).rejects.toThrow('the loss has shape [2]');
    accumulation.clear();
    expect(tf.memory().numTensors).toBe(before);
  });
});
