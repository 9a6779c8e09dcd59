import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../test/backends.ts';
import { moduleTexts } from '../test/module-texts.ts';
import * as nn from './index.ts';

const sequence = () => tf.ones([5, 3, 4]);
const rows = () => tf.ones([3, 4]);
const sizes = { inputSize: 4, hiddenSize: 6 };

/** A call of each module that has parameters or buffers. */
const calls: Readonly<Record<string, () => readonly [nn.Module, () => unknown]>> = {
  RNN: () => called(new nn.RNN(sizes), sequence),
  LSTM: () => called(new nn.LSTM(sizes), sequence),
  GRU: () => called(new nn.GRU(sizes), sequence),
  ElmanLayer: () => called(new nn.ElmanLayer({ ...sizes, outputSize: 2 }), sequence),
  RNNCell: () => called(new nn.RNNCell(sizes), rows),
  LSTMCell: () => called(new nn.LSTMCell(sizes), rows),
  GRUCell: () => called(new nn.GRUCell(sizes), rows),
  LayerNormLSTMCell: () => called(new nn.LayerNormLSTMCell(sizes), rows),
  PeepholeLSTMCell: () => called(new nn.PeepholeLSTMCell(sizes), rows),
  ZoneoutCell: () => called(new nn.ZoneoutCell(new nn.GRUCell(sizes), { p: [0.1] }), rows),
  VariationalDropoutCell: () =>
    called(new nn.VariationalDropoutCell(new nn.GRUCell(sizes), { inputDropout: 0.1 }), rows),
  Recurrent: () => called(new nn.Recurrent(new nn.GRUCell(sizes)), sequence),
  PReLU: () => called(new nn.PReLU(), rows),
  Linear: () => called(new nn.Linear({ inFeatures: 4, outFeatures: 2 }), rows),
  Embedding: () =>
    called(new nn.Embedding({ numEmbeddings: 4, embeddingDim: 2 }), () => tf.zeros([3], 'int32')),
  Conv1d: () => called(new nn.Conv1d({ inChannels: 3, outChannels: 2, kernelSize: 2 }), sequence),
  Conv2d: () =>
    called(new nn.Conv2d({ inChannels: 3, outChannels: 2, kernelSize: 2 }), () => tf.ones([1, 3, 4, 4])),
  LayerNorm: () => called(new nn.LayerNorm({ normalizedShape: 4 }), rows),
  BatchNorm1d: () => called(new nn.BatchNorm1d({ numFeatures: 4 }), rows),
  BatchNorm2d: () => called(new nn.BatchNorm2d({ numFeatures: 3 }), () => tf.ones([2, 3, 4, 4])),
  MultiheadAttention: () => {
    const module = new nn.MultiheadAttention({ embedDim: 4, numHeads: 2 });
    return [module, () => module.forward(sequence(), sequence(), sequence())];
  },
  Sequential: () => called(new nn.Sequential(new nn.Linear({ inFeatures: 4, outFeatures: 2 })), rows),
};

function called(module: nn.Module, input: () => tf.Tensor): readonly [nn.Module, () => unknown] {
  return [module, () => (module.forward as (input: tf.Tensor) => unknown)(input())];
}

it('each module with weights is among those that are tried', () => {
  const withWeights = Object.entries(moduleTexts).filter(([, texts]) =>
    texts.some(([make]) => {
      const module = make();
      return module.parameters().length + module.buffers().length > 0;
    }),
  );
  const containers = ['ModuleList', 'ModuleDict', 'ParameterList'];
  expect(Object.keys(calls)).toEqual(
    expect.arrayContaining(withWeights.map(([name]) => name).filter((name) => !containers.includes(name))),
  );
});

onEachBackend(() => {
  describe.each(Object.keys(calls))('a disposed %s', (name) => {
    it('says that it is disposed, and of which parameter', () => {
      tf.tidy(() => {
        const [module, call] = calls[name]!();
        call();
        module.dispose();
        expect(call).toThrow(/ is a disposed variable: \w+\.dispose\(\) has freed the module's '[\w.]+'$/);
      });
    });
  });
});
