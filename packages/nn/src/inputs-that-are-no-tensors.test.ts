import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../test/backends.ts';
import * as nn from './index.ts';

type Call = (input: tf.Tensor) => unknown;

const attention = () => new nn.MultiheadAttention({ embedDim: 4, numHeads: 2 });
const x = () => tf.zeros([2, 4]);
const ints = () => tf.zeros([2], 'int32');

/**
 * For each argument of a layer or loss, by the beginning of its error: a call with a given value for it. These also
 * refuse integers.
 */
const floats: Record<string, Call> = {
  'Linear.forward: input': (v) => new nn.Linear({ inFeatures: 4, outFeatures: 1 }).forward(v),
  'LayerNorm.forward: input': (v) => new nn.LayerNorm({ normalizedShape: 4 }).forward(v),
  'BatchNorm1d.forward: input': (v) => new nn.BatchNorm1d({ numFeatures: 4 }).forward(v),
  'BatchNorm2d.forward: input': (v) => new nn.BatchNorm2d({ numFeatures: 4 }).eval().forward(v),
  'Conv1d.forward: input': (v) => new nn.Conv1d({ inChannels: 2, outChannels: 1, kernelSize: 1 }).forward(v),
  'Conv2d.forward: input': (v) => new nn.Conv2d({ inChannels: 2, outChannels: 1, kernelSize: 1 }).forward(v),
  'MaxPool1d.forward: input': (v) => new nn.MaxPool1d({ kernelSize: 2 }).forward(v),
  'MaxPool2d.forward: input': (v) => new nn.MaxPool2d({ kernelSize: 2 }).forward(v),
  'AvgPool1d.forward: input': (v) => new nn.AvgPool1d({ kernelSize: 2 }).forward(v),
  'AvgPool2d.forward: input': (v) => new nn.AvgPool2d({ kernelSize: 2 }).forward(v),
  'MultiheadAttention.forward: query': (v) => attention().forward(v, x(), x()),
  'MultiheadAttention.forward: key': (v) => attention().forward(x(), v, x()),
  'MultiheadAttention.forward: value': (v) => attention().forward(x(), x(), v),
  'Dropout.forward: input': (v) => new nn.Dropout().eval().forward(v),
  'glu: input': (v) => nn.glu(v),
  'softmax: input': (v) => nn.softmax(v, { dim: 0 }),
  'logSoftmax: input': (v) => nn.logSoftmax(v, { dim: 0 }),
  'logSigmoid: input': (v) => nn.logSigmoid(v),
  'mish: input': (v) => nn.mish(v),
  'selu: input': (v) => nn.selu(v),
  'prelu: input': (v) => nn.prelu(v, tf.ones([1])),
  'prelu: weight': (v) => nn.prelu(x(), v),
  'klDiv: input': (v) => nn.klDiv(v, x()),
  'klDiv: target': (v) => nn.klDiv(x(), v),
  'binaryCrossEntropy: input': (v) => nn.binaryCrossEntropy(v, x()),
  'binaryCrossEntropy: target': (v) => nn.binaryCrossEntropy(x(), v),
  'cosineEmbeddingLoss: input1': (v) => nn.cosineEmbeddingLoss(v, x(), ints()),
  'cosineEmbeddingLoss: input2': (v) => nn.cosineEmbeddingLoss(x(), v, ints()),
  'crossEntropy: input': (v) => nn.crossEntropy(v, ints()),
  'nllLoss: input': (v) => nn.nllLoss(v, ints()),
};

const others: Record<string, Call> = {
  'Flatten.forward: input': (v) => new nn.Flatten().forward(v),
  'cosineEmbeddingLoss: target': (v) => nn.cosineEmbeddingLoss(x(), x(), v),
  'mseLoss: input': (v) => nn.mseLoss(v, x()),
  'mseLoss: target': (v) => nn.mseLoss(x(), v),
  'l1Loss: target': (v) => nn.l1Loss(x(), v),
  'smoothL1Loss: target': (v) => nn.smoothL1Loss(x(), v),
  'huberLoss: target': (v) => nn.huberLoss(x(), v),
  'binaryCrossEntropyWithLogits: input': (v) => nn.binaryCrossEntropyWithLogits(v, x()),
  'binaryCrossEntropyWithLogits: target': (v) => nn.binaryCrossEntropyWithLogits(x(), v),
  'crossEntropy: target': (v) => nn.crossEntropy(x(), v),
  'nllLoss: target': (v) => nn.nllLoss(x(), v),
  'ctcLoss: logProbs': (v) => nn.ctcLoss(v, ints(), [1], [1]),
  'ctcLoss: targets': (v) => nn.ctcLoss(x(), v, [1], [1]),
};

onEachBackend(() => {
  describe('a value that is not a tensor', () => {
    it.each([...Object.entries(floats), ...Object.entries(others)])('is refused as %s', (argument, call) => {
      expect(() => call(undefined as unknown as tf.Tensor)).toThrow(
        `${argument} is undefined; expected a tensor`,
      );
      expect(() => call([[1, 2]] as unknown as tf.Tensor)).toThrow(
        `${argument} is [[1, 2]]; expected a tensor`,
      );
    });
  });

  describe('integers', () => {
    it.each(Object.entries(floats))('are refused as %s', (argument, call) => {
      expect(() => call(tf.zeros([2, 4], 'int32'))).toThrow(`${argument} has dtype int32; expected float32`);
    });
  });
});
