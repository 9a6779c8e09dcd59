import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as nn from '@unroll/nn';
import { beforeAll, describe, expect, it } from 'vitest';
import { everyKind, smallModel } from '../test/small-model.ts';
import { GeneralAttention } from './attention/general-attention.ts';
import { RecurrentDecoder } from './decoder/recurrent-decoder.ts';
import { RecurrentEncoder } from './encoder/recurrent-encoder.ts';
import { Seq2Seq } from './seq2seq.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

async function said(model: Seq2Seq): Promise<readonly (readonly number[])[]> {
  const source = tf.tensor2d([[3, 4, 5, 2]], [1, 4], 'int32');
  const found = await model.greedySearch(source, { sourceLengths: [4], maxLength: 6 });
  source.dispose();
  return found.flat().map(({ tokens }) => tokens);
}

describe('an encoder-decoder', () => {
  it.each(everyKind)('gives the same scores after loading: %o', async (kind) => {
    const [saved, loaded] = [smallModel({ ...kind, seed: 1 }), smallModel({ ...kind, seed: 2 })];
    const bytes = await nn.save(saved);
    expect(await nn.load(loaded, bytes)).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect(await nn.save(loaded)).toEqual(bytes);
    expect(await said(loaded)).toEqual(await said(saved));
  });

  it('keeps one embedding that both sides share, in the file and after loading', async () => {
    const make = () => {
      const embedding = new nn.Embedding({ numEmbeddings: 8, embeddingDim: 4 });
      const rnn = () => new nn.GRU({ inputSize: 4, hiddenSize: 4 });
      return new Seq2Seq({
        encoder: new RecurrentEncoder({ embedding, rnn: rnn() }),
        decoder: new RecurrentDecoder({
          embedding,
          rnn: rnn(),
          attention: new GeneralAttention({ queryDim: 4, memoryDim: 4 }),
          tieEmbeddings: true,
        }),
        startToken: 1,
        endToken: 2,
        paddingToken: 0,
      });
    };
    const [saved, loaded] = [make(), make()];
    const bytes = await nn.save(saved);
    await nn.load(loaded, bytes);
    expect(await nn.save(loaded)).toEqual(bytes);
    const file = new TextDecoder().decode(bytes);
    expect(file).toContain('"decoder.embedding.weight":"encoder.embedding.weight"');
    expect(file).toContain('"decoder.output.weight":"encoder.embedding.weight"');
    expect(loaded.numParameters()).toBe(saved.numParameters());
    expect(await said(loaded)).toEqual(await said(saved));
  });
});
