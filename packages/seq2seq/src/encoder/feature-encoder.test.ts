import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeSequence } from './encode-sequence.ts';
import { FeatureEncoder } from './feature-encoder.ts';

beforeAll(() => useBackend(cpu({ threads: 1 })));

const frames = (rows: number, steps: number, features: number, from = 0) =>
  tf.tensor3d(
    Array.from({ length: rows * steps * features }, (_, i) => Math.sin(i + 1) + from),
    [rows, steps, features],
  );

describe('FeatureEncoder', () => {
  it('joins adjacent frames, and fills the last step of a source with zeros', () => {
    tf.tidy(() => {
      const rnn = new nn.LSTM({ inputSize: 6, hiddenSize: 2, bidirectional: true });
      const encoder = new FeatureEncoder({ rnn, stack: 3 });
      const source = frames(2, 7, 2);
      const memory = encoder.forward(source, [7, 4]);
      expect([memory.values.shape, memory.lengths]).toEqual([
        [2, 3, 4],
        [3, 2],
      ]);
      const one = tf.concat([tf.slice(source, [1, 0], [1, 4]), tf.zeros<tf.Rank.R3>([1, 2, 2])], 1);
      const byHand = encodeSequence(rnn, tf.reshape(one, [2, 1, 6]));
      const row = tf.slice(memory.values, [1, 0], [1, 2]);
      expect([...row.dataSync()].map((x) => Math.fround(x))).toEqual([...byHand.values.dataSync()]);
      expect([...memory.mask!.dataSync()]).toEqual([1, 1, 1, 1, 1, 0]);
      encoder.dispose();
    });
  });

  it('does not read frames past an end, nor learn from them', () => {
    tf.tidy(() => {
      for (const stack of [1, 2]) {
        const encoder = new FeatureEncoder({
          rnn: new nn.GRU({ inputSize: 2 * stack, hiddenSize: 3 }),
          stack,
        });
        const source = frames(2, 5, 2);
        const past = tf.concat([tf.slice(source, [1, 0], [1, 3]), tf.fill<tf.Rank.R3>([1, 2, 2], NaN)], 1);
        const other = tf.concat([tf.slice(source, [0, 0], [1, 5]), past]);
        const [one, two] = [encoder.forward(source, [5, 3]), encoder.forward(other, [5, 3])];
        expect(two.values.dataSync()).toEqual(one.values.dataSync());
        const gradient = tf.grad((x) => tf.sum(encoder.forward(x, [5, 3]).values))(source);
        const [, second] = tf.unstack(gradient);
        expect([...tf.slice(second!, 3).dataSync()]).toEqual([0, 0, 0, 0]);
        expect(second!.dataSync()[5]).not.toBe(0);
        encoder.dispose();
      }
    });
  });

  it('gives the same memory for layers of both layouts, and one step for few frames', () => {
    tf.tidy(() => {
      const sizes = { inputSize: 8, hiddenSize: 3 };
      const [timeFirst, batchFirst] = [new nn.RNN(sizes), new nn.RNN({ ...sizes, batchFirst: true })];
      batchFirst.loadStateDict(timeFirst.stateDict());
      const [one, two] = [timeFirst, batchFirst].map((rnn) =>
        new FeatureEncoder({ rnn, stack: 4 }).forward(frames(2, 3, 2)),
      );
      expect(one!.values.shape).toEqual([2, 1, 3]);
      expect(two!.values.dataSync()).toEqual(one!.values.dataSync());
      for (const module of [timeFirst, batchFirst]) module.dispose();
    });
  });

  it('drops elements of the frames in training alone', () => {
    tf.tidy(() => {
      nn.manualSeed(1);
      const encoder = new FeatureEncoder({ rnn: new nn.GRU({ inputSize: 4, hiddenSize: 3 }), dropout: 0.5 });
      const source = frames(1, 3, 4);
      const values = () => encoder.forward(source).values.dataSync();
      expect(values()).not.toEqual(values());
      encoder.eval();
      expect(values()).toEqual(values());
      encoder.dispose();
    });
  });

  it('leaves no tensor except the memory’s, and prints its sizes', () => {
    const encoder = new FeatureEncoder({ rnn: new nn.GRU({ inputSize: 6, hiddenSize: 2 }), stack: 2 });
    const source = frames(2, 5, 3);
    const before = tf.memory().numTensors;
    const { values, mask, states } = encoder.forward(source, [5, 1]);
    tf.dispose([values, mask!, [...states]]);
    expect(tf.memory().numTensors).toBe(before);
    expect(String(encoder)).toContain('inputSize=3, stack=2');
    source.dispose();
    encoder.dispose();
  });

  it('accepts a batch without sources', () => {
    tf.tidy(() => {
      const encoder = new FeatureEncoder({ rnn: new nn.GRU({ inputSize: 4, hiddenSize: 3 }), stack: 2 });
      expect(encoder.forward(tf.zeros([0, 5, 2]), []).values.shape).toEqual([0, 3, 3]);
      encoder.dispose();
    });
  });

  it('names the caller’s arguments in its errors', () => {
    tf.tidy(() => {
      const rnn = new nn.GRU({ inputSize: 4, hiddenSize: 3 });
      expect(() => new FeatureEncoder({ rnn, stack: 3 })).toThrow(
        'FeatureEncoder: rnn has inputSize 4; expected a multiple of stack, 3',
      );
      const encoder = new FeatureEncoder({ rnn, stack: 2 });
      expect(() => encoder.forward(tf.ones([1, 3, 4]))).toThrow(
        'FeatureEncoder.forward: source has 4 features in its last axis (shape [1, 3, 4]); inputSize is 2',
      );
      expect(() => encoder.forward(tf.ones([1, 3, 2], 'int32'))).toThrow(
        'FeatureEncoder.forward: source has dtype int32; expected float32',
      );
      expect(() => encoder.forward(tf.ones([1, 3, 2]), [4])).toThrow(
        'FeatureEncoder.forward: lengths is [4]; expected an array, each element a whole number from 1 to 3',
      );
      expect(() => encodeSequence(rnn, tf.ones([3, 2, 4]), [1])).toThrow(
        'encodeSequence: lengths has 1 numbers; expected one for each of the 2 sources',
      );
      expect(() => encodeSequence(rnn, tf.ones([3, 2, 5]))).toThrow(
        'encodeSequence: input has 5 features in its last axis (shape [3, 2, 5]); inputSize is 4',
      );
      encoder.dispose();
    });
  });
});
