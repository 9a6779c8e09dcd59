import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { packPaddedSequence } from '../packing/packing.ts';
import { GRU } from './gru.ts';
import { LSTM, type LSTMOptions, type LSTMState } from './lstm.ts';
import { RNN } from './rnn.ts';

// Calls that tools/acceptance/src/wrong-calls.ts does not list.
describe('errors of RNN, LSTM and GRU', () => {
  const rnn = () => new RNN({ inputSize: 3, hiddenSize: 4 });
  const lstm = () => new LSTM({ inputSize: 3, hiddenSize: 4, projSize: 2, bidirectional: true });
  const packed = () => packPaddedSequence(tf.ones([5, 2, 3]), [5, 2]);
  const x = (...shape: number[]) => tf.ones(shape);
  const wrong = <T>(value: unknown) => value as T;

  it.each<[string, () => unknown, string]>([
    [
      'four axes',
      () => new GRU({ inputSize: 3, hiddenSize: 4, batchFirst: true }).forward(x(1, 1, 1, 3)),
      'GRU.forward: input has 4 axes (shape [1, 1, 1, 3]); expected [N, L, inputSize] or [L, inputSize]',
    ],
    ['null', () => rnn().forward(wrong<tf.Tensor>(null)), 'RNN.forward: input is null; expected a tensor'],
    [
      'no steps, unbatched',
      () => rnn().forward(x(0, 3)),
      'RNN.forward: input has 0 steps (shape [0, 3]); expected at least 1',
    ],
    [
      'a pair with a hole',
      () => lstm().forward(x(5, 2, 3), wrong<LSTMState>([x(2, 2, 2), null])),
      'LSTM.forward: c0 is null; expected a tensor',
    ],
    [
      'a packed sequence of other features',
      () => new GRU({ inputSize: 4, hiddenSize: 4 }).forward(packed()),
      'GRU.forward: input has 3 features in its last axis (shape [5, 2, 3]); inputSize is 4',
    ],
    [
      'a packed sequence without features',
      () => rnn().forward(packPaddedSequence(x(5, 2), [5, 2])),
      'RNN.forward: input has 2 axes (shape [5, 2]); expected [L, N, inputSize]',
    ],
    [
      'dropout true',
      () => new GRU({ inputSize: 1, hiddenSize: 1, dropout: wrong<number>(true) }),
      'GRU: dropout is true; expected a probability in [0, 1]',
    ],
    [
      'no hidden size',
      () => new LSTM(wrong<LSTMOptions>({ inputSize: 1 })),
      'LSTM: hiddenSize is undefined; expected a whole number of at least 1',
    ],
  ])('are thrown for %s', (_, call, message) => {
    expect(() => tf.tidy(() => void call())).toThrow(message);
  });
});
