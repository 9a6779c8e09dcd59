import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { defaultGenerator, manualSeed } from '../random/default-generator.ts';
import { GRU } from './gru.ts';
import { RNN } from './rnn.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('dropout of recurrent layers', () => {
  onEachBackend(() => {
    it('applies between layers in training only, with a new mask each time, the same from the same seed', async () => {
      const layer = new GRU({ inputSize: 3, hiddenSize: 8, numLayers: 2, dropout: 0.5 });
      const x = tf.randomNormal<tf.Rank.R3>([5, 2, 3]);
      const run = async () => {
        const [output, hN] = layer.forward(x);
        const values = { output: [...(await output.data())], hN: [...(await hN.data())] };
        tf.dispose([output, hN]);
        return values;
      };
      manualSeed(1);
      const first = await run();
      const second = await run();
      manualSeed(1);
      const again = await run();
      expect(again).toEqual(first);
      expect(second.output).not.toEqual(first.output);
      // The lower layer's own state is taken before anything is dropped.
      expect(second.hN.slice(0, 16)).toEqual(first.hN.slice(0, 16));
      layer.eval();
      expect(await run()).toEqual(await run());
      layer.dispose();
      x.dispose();
    });
  });

  it('of 1 leaves the upper layer only its biases', async () => {
    await tf.setBackend('cpu');
    const layer = new RNN({ inputSize: 2, hiddenSize: 3, numLayers: 2, dropout: 1, bias: false });
    const [output] = layer.forward(tf.ones<tf.Rank.R3>([3, 1, 2]));
    await expectClose(output, new Array(9).fill(0));
  });

  it('warns where there is one layer only', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    new GRU({ inputSize: 1, hiddenSize: 1, dropout: 0.5 });
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('GRU: dropout is 0.5 with numLayers 1'),
    );
    new GRU({ inputSize: 1, hiddenSize: 1, dropout: 0.5, numLayers: 2 });
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('takes one mask a layer from the default generator, and none in evaluation', async () => {
    await tf.setBackend('cpu');
    const layer = new GRU({ inputSize: 1, hiddenSize: 2, numLayers: 3, dropout: 0.5 });
    const x = tf.ones<tf.Rank.R3>([2, 1, 1]);
    const before = defaultGenerator.getState().offset;
    layer.forward(x);
    expect(defaultGenerator.getState().offset).toBe(before + 2);
    layer.eval().forward(x);
    expect(defaultGenerator.getState().offset).toBe(before + 2);
  });
});
