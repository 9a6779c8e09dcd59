import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';

let warn: MockInstance<typeof console.warn>;
let optim: typeof import('./index.ts');

// The warning comes once in a program, so each test loads the package anew.
beforeEach(async () => {
  await tf.setBackend('cpu');
  tf.scalar(1).dispose(); // tfjs's backend gives advice with its first tensor
  vi.resetModules();
  optim = await import('./index.ts');
  warn = vi
    .spyOn(console, 'warn')
    .mockReset()
    .mockImplementation(() => {});
});

const half = (w: tf.Tensor) => tf.div(tf.sum(tf.square(w)), 2);
const variable = () => tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));

async function train(steps: number, leak: (step: number, w: tf.Variable) => void): Promise<void> {
  const w = variable();
  const optimizer = new optim.Adam([w], { lr: 1e-3 });
  for (let step = 0; step < steps; step++) {
    await optim.trainingStep(optimizer, () => half(w));
    leak(step, w);
  }
}

describe('steps that leave tensors behind', () => {
  it('are told of once, after 50 of them that grow alike, with the operations that made the tensors', async () => {
    await train(80, (_, w) => {
      tf.sum(tf.concat([w, w]));
      tf.tensor1d([1]);
    });
    expect(warn.mock.calls).toEqual([
      [
        'Adam.step: the number of tensors grew by 3 with each of the last 50 steps; the new ones are made by concat (1), sum (1), ' +
          'tf.tensor (1). A tensor keeps its memory until tensor.dispose(), or a tf.tidy around its making, frees it.',
      ],
    ]);
  });

  it('are not told of before, or where the growth is another one each time', async () => {
    await train(45, (_, w) => void tf.neg(w));
    await train(80, (step, w) => {
      for (let i = 0; i <= step % 3; i++) tf.neg(w);
    });
    expect(warn).not.toHaveBeenCalled();
  });

  it('are none that leave as many tensors as they found', async () => {
    let kept: tf.Tensor | undefined;
    await train(80, (_, w) => {
      kept?.dispose();
      kept = tf.square(w);
    });
    expect(warn).not.toHaveBeenCalled();
  });
});
