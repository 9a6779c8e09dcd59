import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { made, type OptionCall } from './option-call.ts';

const sizes = { inputSize: 2, hiddenSize: 3 };
const cell = () => new nn.GRUCell(sizes);

/** Recurrent layers and cells, and helpers for custom cells, that take options. */
export const recurrentCalls: readonly OptionCall[] = [
  ['RNN', made(nn.RNN), sizes],
  ['LSTM', made(nn.LSTM), sizes],
  ['GRU', made(nn.GRU), sizes],
  ['RNNCell', made(nn.RNNCell), sizes],
  ['LSTMCell', made(nn.LSTMCell), sizes],
  ['GRUCell', made(nn.GRUCell), sizes],
  ['ElmanLayer', made(nn.ElmanLayer), { ...sizes, outputSize: 1 }],
  ['LayerNormLSTMCell', made(nn.LayerNormLSTMCell), sizes],
  ['PeepholeLSTMCell', made(nn.PeepholeLSTMCell), sizes],
  ['Recurrent', (o) => new nn.Recurrent(cell(), o), {}],
  ['ZoneoutCell', (o) => new nn.ZoneoutCell(cell(), o), {}],
  ['VariationalDropoutCell', (o) => new nn.VariationalDropoutCell(cell(), o), {}],
  ['gradcheck', (o) => nn.gradcheck((x) => tf.square(x!), [tf.ones([1])], o), {}],
];
