import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { expectValueAndGradients } from '../../test/gradients.ts';
import * as nn from './index.ts';

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sigmoid = (x: number) => Math.exp(-softplus(-x));
const [alpha, scale] = [1.6732632423543772, 1.0507009873554805];

/** tanh(softplus(x)) without cancellation. */
const gate = (x: number) => Math.tanh(softplus(x));

// x = torch.tensor([-25., -3., -1., 0., .5, 2., 25.])
const rows = [
  {
    torch: 'F.mish(x)',
    module: new nn.Mish(),
    value: [0, -0.145647, -0.303401, 0, 0.375245, 1.943959, 25],
    gradient: [0, -0.186786, 0.17765, 2.4, 4.432122, 6.415908, 7],
    exact: (x: number) => x * gate(x),
    slope: (x: number) => gate(x) + x * sigmoid(x) * (1 - gate(x) ** 2),
  },
  {
    torch: 'F.selu(x)',
    module: new nn.SELU(),
    value: [-1.758099, -1.670569, -1.111331, 0, 0.525351, 2.101402, 26.267525],
    gradient: [0, 0.175061, 1.940306, 7.032397, 5.253505, 6.304206, 7.354907],
    exact: (x: number) => scale * (x > 0 ? x : alpha * Math.expm1(x)),
    slope: (x: number) => scale * (x > 0 ? 1 : alpha * Math.exp(x)),
  },
  {
    torch: 'F.logsigmoid(x)',
    module: new nn.LogSigmoid(),
    value: [-25, -3.048587, -1.313262, -Math.LN2, -0.474077, -0.126928, 0],
    gradient: [1, 1.905148, 2.193176, 2, 1.887703, 0.715218, 0],
    exact: (x: number) => -softplus(-x),
    slope: (x: number) => sigmoid(-x),
  },
];

onEachBackend(() => {
  describe('activations that saturate', () => {
    it.each(rows)('$torch and its gradient', ({ module, value, gradient }) =>
      expectValueAndGradients(
        (x) => module.forward(x),
        [tf.tensor1d([-25, -3, -1, 0, 0.5, 2, 25])],
        value,
        gradient,
      ),
    );

    it.each(rows)('$torch keeps its digits, and those of its gradient', async ({ module, exact, slope }) => {
      const points = Float32Array.from([
        -80, -40, -16, -8, -4, -1e-3, -1e-6, 1e-6, 1e-3, 1, 4, 8, 16, 40, 80,
      ]);
      const relative = (actual: ArrayLike<number>, wanted: (x: number) => number) =>
        Math.max(...Array.from(points, (x, i) => Math.abs(actual[i]! / wanted(x) - 1)));
      const x = tf.tensor1d(points);
      expect(relative(await module.forward(x).data(), exact)).toBeLessThan(2e-6);
      const gradient = tf.grad((y) => tf.sum(module.forward(y)))(x);
      expect(relative(await gradient.data(), slope)).toBeLessThan(5e-6);
    });

    it.each(rows)(
      '$torch and its gradient are finite at ±100 and ±1000',
      async ({ module, exact, slope }) => {
        const points = [-1000, -100, 100, 1000];
        const x = tf.tensor1d(points);
        await expectClose(module.forward(x), points.map(exact), 1e-4);
        await expectClose(tf.grad((y) => tf.sum(module.forward(y)))(x), points.map(slope));
      },
    );

    it('leave no tensor behind', () => {
      const x = tf.tensor1d([-1, 2]);
      const before = tf.memory().numTensors;
      for (const { module } of rows) {
        module.forward(x).dispose();
        tf.grad((y) => module.forward(y))(x).dispose();
      }
      expect(tf.memory().numTensors).toBe(before);
    });
  });
});
