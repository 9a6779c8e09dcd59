import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokensOf } from '../../test/small-model.ts';
import { RecurrentEncoder } from './recurrent-encoder.ts';

beforeAll(() => useBackend(cpu({ threads: 1 })));

const embedding = () => new nn.Embedding({ numEmbeddings: 9, embeddingDim: 3, paddingIdx: 0 });
const source = () =>
  tokensOf([
    [3, 4, 5, 0],
    [6, 0, 0, 0],
  ]);

describe('RecurrentEncoder', () => {
  it('gives a memory as long as the longest source, 0 past each end, with a mask and the last states of both directions', () => {
    tf.tidy(() => {
      const rnn = new nn.LSTM({ inputSize: 3, hiddenSize: 2, numLayers: 2, bidirectional: true });
      const encoder = new RecurrentEncoder({ embedding: embedding(), rnn });
      const memory = encoder.forward(source(), [3, 1]);
      expect(memory.values.shape).toEqual([2, 3, 4]);
      expect([...tf.slice(memory.values, [1, 1]).dataSync()]).toEqual(new Array(8).fill(0));
      expect(memory.lengths).toEqual([3, 1]);
      expect([...memory.mask!.dataSync()]).toEqual([1, 1, 1, 1, 0, 0]);
      expect(memory.states.map(({ shape }) => shape)).toEqual([
        [4, 2, 2],
        [4, 2, 2],
      ]);
      expect(encoder.stateSizes).toEqual({ layers: 4, directions: 2, features: [2, 2] });
      expect(encoder.outputSize).toBe(4);
      encoder.dispose();
    });
  });

  it('has no mask when all sources have the same length, and ignores the tokens past an end', () => {
    tf.tidy(() => {
      const encoder = new RecurrentEncoder({
        embedding: embedding(),
        rnn: new nn.GRU({ inputSize: 3, hiddenSize: 2 }),
      });
      expect(encoder.forward(source()).mask).toBeUndefined();
      const other = tokensOf([
        [3, 4, 5, 8],
        [6, 7, 7, 7],
      ]);
      const [one, two] = [encoder.forward(source(), [3, 1]), encoder.forward(other, [3, 1])];
      expect(two.values.dataSync()).toEqual(one.values.dataSync());
      expect(two.states[0]!.dataSync()).toEqual(one.states[0]!.dataSync());
      encoder.dispose();
    });
  });

  it('accepts layers of both layouts', () => {
    tf.tidy(() => {
      const sizes = { inputSize: 3, hiddenSize: 2, bidirectional: true };
      const [timeFirst, batchFirst] = [new nn.GRU(sizes), new nn.GRU({ ...sizes, batchFirst: true })];
      batchFirst.loadStateDict(timeFirst.stateDict());
      const table = embedding();
      const memories = [timeFirst, batchFirst].map((rnn) =>
        new RecurrentEncoder({ embedding: table, rnn }).forward(source()),
      );
      expect(memories[1]!.values.dataSync()).toEqual(memories[0]!.values.dataSync());
      for (const module of [timeFirst, batchFirst, table]) module.dispose();
    });
  });

  it('leaves no tensor except the memory’s', () => {
    const encoder = new RecurrentEncoder({
      embedding: embedding(),
      rnn: new nn.GRU({ inputSize: 3, hiddenSize: 2 }),
    });
    const tokens = source();
    const before = tf.memory().numTensors;
    const { values, mask, states } = encoder.forward(tokens, [4, 1]);
    tf.dispose([values, mask!, [...states]]);
    expect(tf.memory().numTensors).toBe(before);
    tokens.dispose();
    encoder.dispose();
  });

  it('names the caller’s arguments in its errors', () => {
    tf.tidy(() => {
      const rnn = new nn.GRU({ inputSize: 3, hiddenSize: 2 });
      const table = embedding();
      const encoder = new RecurrentEncoder({ embedding: table, rnn });
      const wide = new nn.GRU({ inputSize: 5, hiddenSize: 2 });
      expect(() => new RecurrentEncoder({ embedding: table, rnn: wide })).toThrow(
        "RecurrentEncoder: rnn has inputSize 5; expected the embedding's embeddingDim, 3",
      );
      expect(() => encoder.forward(tf.ones([2, 4]))).toThrow(
        'RecurrentEncoder.forward: source has dtype float32; expected int32',
      );
      expect(() => encoder.forward(source(), [3])).toThrow(
        'RecurrentEncoder.forward: lengths has 1 numbers; expected one for each of the 2 sources',
      );
      expect(() => encoder.forward(source(), [5, 1])).toThrow(
        'RecurrentEncoder.forward: lengths is [5, 1]; expected an array, each element a whole number from 1 to 4',
      );
      expect(() => encoder.forward(tf.zeros([2, 0], 'int32'))).toThrow(
        'RecurrentEncoder.forward: source has 0 steps (shape [2, 0]); expected at least 1',
      );
      for (const module of [encoder, wide]) module.dispose();
    });
  });
});
