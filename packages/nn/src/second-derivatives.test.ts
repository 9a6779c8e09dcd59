import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../test/backends.ts';
import { expectFiniteDifferences, sequence } from '../test/gradients.ts';
import * as nn from './index.ts';

type Compute = (x: tf.Tensor) => tf.Tensor;

/** Points away from bounds. Near a bound, differences would step over it. */
const points = () => tf.tensor2d([-2.3, -0.9, -0.4, 0.3, 0.8, 1.7], [2, 3]);
const probabilities = () => tf.tensor2d([0.3, 0.4, 0.5, 0.6, 0.35, 0.7], [2, 3]);
const image = () => tf.reshape(points(), [1, 1, 6]);
const classes = () => tf.tensor1d([2, 0], 'int32');

type Layer = { forward(x: tf.Tensor): tf.Tensor };

/** A subclass that overrides `step` runs step by step. */
class GRUByFormula extends nn.GRUCell {
  override step(x: tf.Tensor2D, h: tf.Tensor2D) {
    return super.step(x, h);
  }
}

function overSteps<State extends nn.CellState>(cell: nn.Cell<State, unknown>): Layer {
  const layer = new nn.Recurrent(cell);
  return { forward: (x) => layer.forward(x)[0] };
}

const layers: Record<string, [() => Layer, at?: () => tf.Tensor]> = {
  ReLU: [() => new nn.ReLU()],
  Tanh: [() => new nn.Tanh()],
  Sigmoid: [() => new nn.Sigmoid()],
  LeakyReLU: [() => new nn.LeakyReLU()],
  ELU: [() => new nn.ELU({ alpha: 1.5 })],
  GELU: [() => new nn.GELU()],
  'GELU by tanh': [() => new nn.GELU({ approximate: 'tanh' })],
  SiLU: [() => new nn.SiLU()],
  Softplus: [() => new nn.Softplus({ threshold: 1 })],
  Hardtanh: [() => new nn.Hardtanh()],
  Softmax: [() => new nn.Softmax({ dim: 0 })],
  LogSoftmax: [() => new nn.LogSoftmax({ dim: 1 })],
  GLU: [() => new nn.GLU({ dim: 0 })],
  LogSigmoid: [() => new nn.LogSigmoid()],
  Mish: [() => new nn.Mish()],
  PReLU: [() => new nn.PReLU({ numParameters: 3 })],
  SELU: [() => new nn.SELU()],
  Linear: [() => new nn.Linear({ inFeatures: 3, outFeatures: 2 })],
  'BatchNorm1d in evaluation': [() => new nn.BatchNorm1d({ numFeatures: 3 }).eval()],
  Conv1d: [() => new nn.Conv1d({ inChannels: 1, outChannels: 2, kernelSize: 3, padding: 1 }), image],
  MaxPool1d: [() => new nn.MaxPool1d({ kernelSize: 2, stride: 1 }), image],
  AvgPool1d: [() => new nn.AvgPool1d({ kernelSize: 2 }), image],
  Dropout: [() => new nn.Dropout().eval()],
  'a GRU by its formula': [() => overSteps(new GRUByFormula({ inputSize: 3, hiddenSize: 2 }))],
  PeepholeLSTMCell: [() => overSteps(new nn.PeepholeLSTMCell({ inputSize: 3, hiddenSize: 2 }))],
  MultiheadAttention: [
    () => {
      const attention = new nn.MultiheadAttention({ embedDim: 2, numHeads: 2 });
      return { forward: (x) => attention.forward(x, x, x)[0] };
    },
    () => tf.reshape(points(), [3, 2]),
  ],
};

const losses: Record<string, [Compute, at?: () => tf.Tensor]> = {
  mseLoss: [(x) => nn.mseLoss(x, sequence(2, 3))],
  l1Loss: [(x) => nn.l1Loss(x, sequence(2, 3))],
  smoothL1Loss: [(x) => nn.smoothL1Loss(x, sequence(2, 3))],
  huberLoss: [(x) => nn.huberLoss(x, sequence(2, 3), { delta: 0.5 })],
  nllLoss: [(x) => nn.nllLoss(tf.square(x), classes())],
  'crossEntropy of probabilities': [(x) => nn.crossEntropy(x, probabilities())],
  'crossEntropy in its target': [(x) => nn.crossEntropy(points(), x), probabilities],
  binaryCrossEntropyWithLogits: [(x) => nn.binaryCrossEntropyWithLogits(x, probabilities())],
  binaryCrossEntropy: [(x) => nn.binaryCrossEntropy(x, tf.ones([2, 3])), probabilities],
  'binaryCrossEntropy in its target': [
    (x) => nn.binaryCrossEntropy(tf.sigmoid(tf.square(x)), x),
    probabilities,
  ],
  klDiv: [(x) => nn.klDiv(x, probabilities())],
  'klDiv in its target': [(x) => nn.klDiv(points(), x), probabilities],
  'klDiv in a target of logarithms': [(x) => nn.klDiv(sequence(2, 3), x, { logTarget: true })],
  'cosineEmbeddingLoss of pairs that are alike': [
    (x) => nn.cosineEmbeddingLoss(x, sequence(2, 3), tf.ones([2])),
  ],
  'cosineEmbeddingLoss of pairs that differ': [
    (x) => nn.cosineEmbeddingLoss(x, sequence(2, 3), tf.tensor1d([-1, -1]), { margin: -1 }),
  ],
};

const refused: Record<string, Layer> = {
  LayerNorm: new nn.LayerNorm({ normalizedShape: 3 }),
  BatchNorm1d: new nn.BatchNorm1d({ numFeatures: 3 }),
  crossEntropy: { forward: (x) => nn.crossEntropy(x, classes(), { reduction: 'none' }) },
  meanCrossEntropy: { forward: (x) => nn.crossEntropy(x, classes()) },
};

/** The gradient of the square, whose slope differs from point to point, so that missing terms show. */
const gradient = (compute: Compute) => tf.grad((x) => tf.sum(tf.square(compute(x))));

onEachBackend(() => {
  describe('second derivatives', () => {
    it.each(Object.entries(layers))('through %s agree with differences', async (_, [make, at = points]) => {
      const layer = make();
      await expectFiniteDifferences(
        gradient((x) => layer.forward(x)),
        at(),
      );
    });

    it.each(Object.entries(losses))('through %s agree with differences', (_, [compute, at = points]) =>
      expectFiniteDifferences(gradient(compute), at()),
    );

    it.each(Object.entries(refused))('through %s are refused by an error that names it', (name, layer) => {
      const first = gradient((x) => layer.forward(x));
      expect(() => tf.grad((x) => tf.sum(first(x)))(points())).toThrow(
        `${name}: its gradient has no derivative of its own`,
      );
    });
  });
});
