import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokensOf } from '../../test/small-model.ts';
import { RecurrentEncoder } from '../encoder/recurrent-encoder.ts';
import { contextOf } from './context-vector.ts';

beforeAll(() => useBackend(cpu({ threads: 1 })));

const memoryOf = (options: Pick<nn.GRUOptions, 'numLayers' | 'bidirectional'>) => {
  const embedding = new nn.Embedding({ numEmbeddings: 9, embeddingDim: 3 });
  const rnn = new nn.GRU({ inputSize: 3, hiddenSize: 2, ...options });
  const memory = new RecurrentEncoder({ embedding, rnn }).forward(tokensOf([[3, 4, 5]]));
  for (const module of [embedding, rnn]) module.dispose();
  return memory;
};

describe('contextOf', () => {
  it('is the last hidden state of the last layer, both directions', () => {
    tf.tidy(() => {
      for (const bidirectional of [false, true]) {
        const memory = memoryOf({ numLayers: 2, bidirectional });
        const features = bidirectional ? 4 : 2;
        const context = contextOf(memory, features);
        const hidden = [...memory.states[0]!.dataSync()];
        expect(context.shape).toEqual([1, features]);
        expect([...context.dataSync()]).toEqual(hidden.slice(-features));
      }
    });
  });

  it.each([
    ['both layers of an encoder with one direction', { numLayers: 2 }, 4, 2],
    ['one direction of two', { bidirectional: true }, 2, 4],
  ])('is not %s', (_, options, contextSize, features) => {
    tf.tidy(() => {
      expect(() => contextOf(memoryOf(options), contextSize)).toThrow(
        `contextSize is ${contextSize}; the last hidden state of the encoder's last layer has ${features} features, of all directions`,
      );
    });
  });
});
