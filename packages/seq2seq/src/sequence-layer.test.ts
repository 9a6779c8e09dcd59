import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokensOf } from '../test/small-model.ts';
import { DotAttention } from './attention/dot-attention.ts';
import { RecurrentDecoder } from './decoder/recurrent-decoder.ts';
import { RecurrentEncoder } from './encoder/recurrent-encoder.ts';
import { Seq2Seq } from './seq2seq.ts';
import type { SequenceLayer } from './sequence-layer.ts';

beforeAll(() => useBackend(cpu({ threads: 1 })));

/** h' = tanh(W [x; h] + b), step by step, over sequences of equal lengths. */
class OwnLayer extends nn.Module implements SequenceLayer {
  readonly inputSize = 4;
  readonly outputSize = 4;
  readonly numLayers = 1;
  readonly numDirections = 1;
  readonly stateSizes = [4];
  readonly batchFirst = false;
  readonly linear = new nn.Linear({ inFeatures: 8, outFeatures: 4 });

  forward(input: tf.Tensor3D, state?: tf.Tensor3D): readonly [output: tf.Tensor3D, state: tf.Tensor3D] {
    let h: tf.Tensor = state ? tf.squeeze(state, [0]) : tf.zeros([input.shape[1], 4]);
    const output: tf.Tensor[] = [];
    for (const x of tf.unstack(input)) {
      h = tf.tanh(this.linear.forward(tf.concat([x, h], 1)));
      output.push(h);
    }
    return [tf.stack(output) as tf.Tensor3D, tf.expandDims(h) as tf.Tensor3D];
  }
}

describe('a custom recurrent layer', () => {
  it.each<[string, () => SequenceLayer]>([
    ['of a class of one’s own', () => new OwnLayer()],
    [
      'a Recurrent of two layers of LSTM cells with peepholes',
      () =>
        new nn.Recurrent(() => new nn.PeepholeLSTMCell({ inputSize: 4, hiddenSize: 4 }), { numLayers: 2 }),
    ],
  ])('encodes, decodes and searches like nn’s: %s', async (_, makeLayer) => {
    nn.manualSeed(2);
    const embedding = new nn.Embedding({ numEmbeddings: 8, embeddingDim: 4 });
    const model = new Seq2Seq({
      encoder: new RecurrentEncoder({ embedding, rnn: makeLayer() }),
      decoder: new RecurrentDecoder({
        embedding,
        rnn: makeLayer(),
        attention: new DotAttention({ queryDim: 4, memoryDim: 4 }),
      }),
      paddingToken: 0,
      startToken: 1,
      endToken: 2,
    });
    const source = tokensOf([
      [3, 4, 5],
      [6, 7, 3],
    ]);
    const before = tf.memory().numTensors;
    for (const [row, [best]] of (await model.beamSearch(source, { beamSize: 3, maxLength: 4 })).entries()) {
      const from = tf.slice(source, [row, 0], [1, 3]);
      const target = tokensOf([[1, ...best!.tokens, 2]]);
      const [scored] = await model.scoreTargets(from, target);
      expect(scored!.logProb).toBeCloseTo(best!.logProb, 5);
      tf.dispose([from, target]);
    }
    expect(tf.memory().numTensors).toBe(before);
    source.dispose();
    model.dispose();
  });

  it('is rejected when its state is an object', () => {
    class Named extends nn.Cell<{ h: tf.Tensor2D }> {
      readonly inputSize = 4;
      readonly outputSize = 4;
      zeroState = (rows: number) => ({ h: tf.zeros<tf.Rank.R2>([rows, 4]) });
      step(x: tf.Tensor2D, { h }: { h: tf.Tensor2D }) {
        const next = tf.add(x, h) as tf.Tensor2D;
        return [next, { h: next }] as nn.CellStep<{ h: tf.Tensor2D }>;
      }
    }
    const embedding = new nn.Embedding({ numEmbeddings: 8, embeddingDim: 4 });
    const encoder = new RecurrentEncoder({ embedding, rnn: new nn.Recurrent(new Named()) });
    expect(() => tf.tidy(() => void encoder.forward(tokensOf([[3, 4]])))).toThrow(
      'Recurrent.forward gives an object as its state; encoders and decoders take a tensor or a list of tensors',
    );
  });
});
