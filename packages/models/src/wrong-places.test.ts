import { dispose, memory, tensor1d, tensor2d, zeros } from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { RecurrentDecoder, RecurrentEncoder } from '@unroll/seq2seq';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../test/backends.ts';
import {
  LanguageModel,
  PairClassifier,
  SequenceClassifier,
  SequenceTagger,
  VectorToSequence,
} from './index.ts';

const embedding = () => new nn.Embedding({ numEmbeddings: 10, embeddingDim: 4 });
const gru = (options = {}) => new nn.GRU({ inputSize: 4, hiddenSize: 3, ...options });
const encoder = () => new RecurrentEncoder({ embedding: embedding(), rnn: gru({ bidirectional: true }) });
const ints = (...rows: number[][]) => tensor2d(rows, [rows.length, rows[0]!.length], 'int32');

onEachBackend(() => {
  describe('An error about a token or a class', () => {
    it('names the place in the argument, for each model', async () => {
      using tagger = new SequenceTagger({ encoder: encoder(), numTags: 3 });
      using classifier = new SequenceClassifier({ encoder: encoder(), numClasses: 2 });
      using pairs = new PairClassifier({ encoder: encoder(), numClasses: 2, hiddenSize: 4 });
      using language = new LanguageModel({ embedding: embedding(), rnn: gru() });
      using captions = new VectorToSequence({
        vectorSize: 2,
        decoder: new RecurrentDecoder({ embedding: embedding(), rnn: gru() }),
        paddingToken: 0,
        startToken: 1,
        endToken: 2,
      });
      const right = ints([1, 2, 3], [4, 5, 0]);
      const wrong = ints([1, 2, 30], [4, 5, 0]);
      const labels = tensor1d([0, 5], 'int32');
      const vectors = zeros([2, 2]);
      const before = memory().numTensors;
      const tokens = 'holds 30 at [0, 2]; expected tokens 0 to 9';
      const source = `RecurrentEncoder.forward: source ${tokens}`;
      for (const model of [tagger, classifier]) expect(() => model.forward(wrong)).toThrow(source);
      await expect(tagger.predict(wrong)).rejects.toThrow(source);
      expect(() => pairs.forward(right, wrong)).toThrow(
        `PairClassifier.forward: second does not fit the encoder: ${source}`,
      );
      expect(() => language.loss(wrong)).toThrow(`LanguageModel.loss: tokens ${tokens}`);
      const target = `Seq2Seq.loss: target ${tokens}`;
      expect(() => captions.loss(vectors, wrong)).toThrow(target);
      expect(() => tagger.loss(right, wrong)).toThrow(
        'SequenceTagger.loss: tags holds 30 at [0, 2]; expected tags 0 to 2 (or one that does not count, -100)',
      );
      const classes = 'labels holds 5 in row 1; expected classes 0 to 1 (or one that does not count, -100)';
      expect(() => classifier.loss(right, labels)).toThrow(`SequenceClassifier.loss: ${classes}`);
      expect(() => pairs.loss(right, right, labels)).toThrow(`PairClassifier.loss: ${classes}`);
      expect(memory().numTensors).toBe(before);
      dispose([right, wrong, labels, vectors]);
    });
  });
});
