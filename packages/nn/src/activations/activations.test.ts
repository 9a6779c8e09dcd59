import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { expectFiniteDifferences, expectValueAndGradients, sequence } from '../../test/gradients.ts';
import * as nn from './index.ts';

// z = torch.tensor([-25., -3., -1., -.5, 0., .5, 1., 2., 25.])
const z = () => tf.tensor1d([-25, -3, -1, -0.5, 0, 0.5, 1, 2, 25]);

interface Row {
  torch: string;
  module: { forward(x: tf.Tensor): tf.Tensor };
  value: number[];
  gradient: number[];
}

const rows: Row[] = [
  {
    torch: 'F.relu(z)',
    module: new nn.ReLU(),
    value: [0, 0, 0, 0, 0, 0.5, 1, 2, 25],
    gradient: [0, 0, 0, 0, 0, 6, 7, 8, 9],
  },
  {
    torch: 'torch.tanh(z)',
    module: new nn.Tanh(),
    value: [-1, -0.995055, -0.761594, -0.462117, 0, 0.462117, 0.761594, 0.964028, 1],
    gradient: [0, 0.019732, 1.259923, 3.145791, 5, 4.718686, 2.93982, 0.565207, 0],
  },
  {
    torch: 'torch.sigmoid(z)',
    module: new nn.Sigmoid(),
    value: [0, 0.047426, 0.268941, 0.377541, 0.5, 0.622459, 0.731059, 0.880797, 1],
    gradient: [0, 0.090353, 0.589836, 0.940015, 1.25, 1.410022, 1.376284, 0.839949, 0],
  },
  {
    torch: 'F.leaky_relu(z, .2)',
    module: new nn.LeakyReLU({ negativeSlope: 0.2 }),
    value: [-5, -0.6, -0.2, -0.1, 0, 0.5, 1, 2, 25],
    gradient: [0.2, 0.4, 0.6, 0.8, 1, 6, 7, 8, 9],
  },
  {
    torch: 'F.elu(z, 1.5)',
    module: new nn.ELU({ alpha: 1.5 }),
    value: [-1.5, -1.425319, -0.948181, -0.590204, 0, 0.5, 1, 2, 25],
    gradient: [0, 0.149361, 1.655457, 3.639184, 7.5, 6, 7, 8, 9],
  },
  {
    torch: 'F.gelu(z)',
    module: new nn.GELU(),
    value: [0, -0.00405, -0.158655, -0.154269, 0, 0.345731, 0.841345, 1.9545, 25],
    gradient: [0, -0.023891, -0.249946, 0.53002, 2.5, 5.20497, 7.583208, 8.681855, 9],
  },
  {
    torch: "F.gelu(z, approximate='tanh')",
    module: new nn.GELU({ approximate: 'tanh' }),
    value: [0, -0.003637, -0.158808, -0.154286, 0, 0.345714, 0.841192, 1.954598, 25],
    gradient: [0, -0.023169, -0.248892, 0.53052, 2.5, 5.204219, 7.580749, 8.688794, 9],
  },
  {
    torch: 'F.silu(z)',
    module: new nn.SiLU(),
    value: [0, -0.142278, -0.268941, -0.18877, 0, 0.31123, 0.731059, 1.761594, 25],
    gradient: [0, -0.176208, 0.216988, 1.040155, 2.5, 4.439767, 6.493694, 8.726274, 9],
  },
  {
    torch: 'F.softplus(z, beta=2., threshold=3.)',
    module: new nn.Softplus({ beta: 2, threshold: 3 }),
    value: [0, 0.001238, 0.063464, 0.156631, 0.346574, 0.656631, 1.063464, 2, 25],
    gradient: [0, 0.004945, 0.357609, 1.075766, 2.5, 4.386352, 6.165579, 8, 9],
  },
  {
    torch: 'F.hardtanh(z)',
    module: new nn.Hardtanh(),
    value: [-1, -1, -1, -0.5, 0, 0.5, 1, 1, 1],
    gradient: [0, 0, 0, 4, 5, 6, 0, 0, 0],
  },
];

onEachBackend(() => {
  describe('activations', () => {
    it.each(rows)('$torch and its gradient, also at 0 and at the bounds', ({ module, value, gradient }) =>
      expectValueAndGradients((x) => module.forward(x), [z()], value, gradient),
    );

    // F.softmax(sequence(2, 3, 2), 1)
    it('softmax runs along any axis, as PyTorch', () =>
      expectValueAndGradients(
        (x) => new nn.Softmax({ dim: 1 }).forward(x),
        [sequence(2, 3, 2)],
        [
          0.03313, 0.448441, 0.56327, 0.321322, 0.403601, 0.230237, 0.448441, 0.448441, 0.321322, 0.321322,
          0.230237, 0.230237,
        ],
        [
          -0.090806, -0.701179, -0.41735, 0.140227, 0.508156, 0.560952, -0.701178, -0.701179, 0.140227,
          0.140227, 0.560952, 0.560952,
        ],
      ));

    // F.log_softmax(sequence(2, 3, 2), -2)
    it('logSoftmax runs along any axis, also counted from the end', () =>
      expectValueAndGradients(
        (x) => new nn.LogSoftmax({ dim: -2 }).forward(x),
        [sequence(2, 3, 2)],
        [
          -3.40733, -0.801979, -0.573996, -1.135312, -0.90733, -1.468645, -0.801979, -0.801979, -1.135312,
          -1.135312, -1.468645, -1.468645,
        ],
        [
          0.701834, -3.38129, -2.069429, 0.144137, 1.367595, 3.237154, -5.107902, -5.453225, 0.324309,
          0.360343, 4.783596, 5.092884,
        ],
      ));

    it('softmax over the first of three axes has the gradient that finite differences give', () =>
      expectFiniteDifferences((x) => nn.softmax(x, { dim: 0 }), sequence(3, 2, 2)));

    it('elu and softplus keep a finite gradient where eˣ overflows', async () => {
      const x = tf.tensor1d([1000, -1000]);
      await expectClose(tf.grad((y) => nn.elu(y))(x), [1, 0]);
      await expectClose(tf.grad((y) => nn.softplus(y))(x), [1, 0]);
    });

    it('leave no tensor behind', () => {
      const x = z();
      const before = tf.memory().numTensors;
      for (const { module } of rows) {
        module.forward(x).dispose();
        tf.grad((y) => module.forward(y))(x).dispose();
      }
      tf.grad((y) => nn.logSoftmax(y, { dim: 0 }))(x).dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('say which option does not fit', () => {
      expect(() => nn.softmax(tf.zeros([2, 3]), { dim: 2 })).toThrow(
        'softmax: dim is 2; an input of shape [2, 3] has axes -2…1',
      );
      expect(() => new nn.GELU({ approximate: 'sigmoid' as never })).toThrow(
        "GELU: approximate is 'sigmoid'; expected 'none' or 'tanh'",
      );
      expect(() => new nn.Hardtanh({ minVal: 1 })).toThrow('Hardtanh: minVal is 1 and maxVal is 1');
    });
  });
});
