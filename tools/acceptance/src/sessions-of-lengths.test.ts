import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { onnxruntime, onnxruntimeStatistics } from '@unroll/backend-onnxruntime';
import {
  CtcRecognizer,
  Forecaster,
  LanguageModel,
  PairClassifier,
  SequenceClassifier,
  SequenceTagger,
  VectorToSequence,
} from '@unroll/models';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';
import {
  AdditiveAttention,
  FeatureEncoder,
  GeneralAttention,
  RecurrentDecoder,
  RecurrentEncoder,
  Seq2Seq,
} from '@unroll/seq2seq';
import { beforeAll, describe, expect, it } from 'vitest';

beforeAll(async () => {
  await useBackend(onnxruntime({ threads: 1 }));
});

const ROWS = 3;
const embedding = () => new nn.Embedding({ numEmbeddings: 9, embeddingDim: 4 });
const sizes = { inputSize: 4, hiddenSize: 4 };
const encoder = () => new RecurrentEncoder({ embedding: embedding(), rnn: new nn.GRU(sizes) });
const specials = { paddingToken: 0, startToken: 1, endToken: 2 };
const tokens = (length: number, rows = ROWS) => tf.fill([rows, length], 3, 'int32');
const classes = () => tf.tensor1d([0, 1, 0], 'int32');
const attentions = {
  general: () => new GeneralAttention({ queryDim: 4, memoryDim: 4 }),
  additive: () => new AdditiveAttention({ queryDim: 4, memoryDim: 4, hiddenDim: 4 }),
};

const translator = (attention?: keyof typeof attentions) =>
  new Seq2Seq({
    encoder: encoder(),
    decoder: new RecurrentDecoder({
      embedding: embedding(),
      rnn: new nn.GRU({ inputSize: attention ? 4 : 8, hiddenSize: 4 }),
      ...(attention ? { attention: attentions[attention]() } : { contextSize: 4 }),
    }),
    ...specials,
  });

/** A model, and its loss over a batch whose rows have a number of steps */
type Case = () => { model: nn.Module; loss: (length: number) => tf.Scalar };

const classifier =
  (pooling: 'last' | 'mean' | 'max' | 'attention'): Case =>
  () => {
    const model = new SequenceClassifier({ encoder: encoder(), numClasses: 2, pooling });
    return { model, loss: (length) => model.loss(tokens(length), classes()) };
  };

const translation =
  (attention?: keyof typeof attentions): Case =>
  () => {
    const model = translator(attention);
    return { model, loss: (length) => model.loss(tokens(length), tokens(length + 1)) };
  };

const cases: Readonly<Record<string, Case>> = {
  'a classifier of last states': classifier('last'),
  'a classifier of means': classifier('mean'),
  'a classifier of maxima': classifier('max'),
  'a classifier with attention': classifier('attention'),
  'a tagger': () => {
    const model = new SequenceTagger({ encoder: encoder(), numTags: 2 });
    return { model, loss: (length) => model.loss(tokens(length), tf.zeros([ROWS, length], 'int32')) };
  },
  'a classifier of aligned pairs': () => {
    const options = { encoder: encoder(), numClasses: 2, hiddenSize: 4, alignment: true };
    const model = new PairClassifier(options);
    return { model, loss: (length) => model.loss(tokens(length), tokens(length + 2), classes()) };
  },
  'a language model': () => {
    const model = new LanguageModel({ embedding: embedding(), rnn: new nn.LSTM(sizes) });
    return { model, loss: (length) => model.loss(tokens(length + 1)) };
  },
  'a recognizer': () => {
    const rnn = new nn.LSTM(sizes);
    const model = new CtcRecognizer({ encoder: new FeatureEncoder({ rnn }), numClasses: 5 });
    return { model, loss: (length) => model.loss(tf.ones([ROWS, length, 4]), tokens(2)) };
  },
  'a forecaster': () => {
    const layer = () => new nn.GRU({ inputSize: 1, hiddenSize: 4 });
    const model = new Forecaster({ encoder: layer(), decoder: layer(), horizon: 3 });
    return { model, loss: (length) => model.loss(tf.ones([ROWS, length]), tf.ones([ROWS, 3])) };
  },
  'captions of vectors': () => {
    const decoder = new RecurrentDecoder({ embedding: embedding(), rnn: new nn.LSTM(sizes) });
    const model = new VectorToSequence({ decoder, vectorSize: 4, ...specials });
    return { model, loss: (length) => model.loss(tf.ones([ROWS, 4]), tokens(length)) };
  },
  'attention with a learned key, in batches of other sizes': () => {
    const model = new nn.MultiheadAttention({ embedDim: 4, numHeads: 2, addBiasKv: true });
    const input = (rows: number) => tf.ones([2, rows, 4]);
    return { model, loss: (rows) => tf.mean(model.forward(input(rows), input(rows), input(rows))[0]) };
  },
  'an encoder-decoder with a context vector': translation(),
  'an encoder-decoder with general attention': translation('general'),
  'an encoder-decoder with additive attention': translation('additive'),
};

describe('Batches of other lengths run in the sessions that there are, for', () => {
  it.each(Object.entries(cases))('%s', async (_, make) => {
    const { model, loss } = make();
    using _model = model;
    using optimizer = new Adam(model.parameters());
    const step = async (length: number) => void (await trainingStep(optimizer, () => loss(length)));
    for (const length of [9, 5, 9, 5]) await step(length);
    const { sessionsCreated } = onnxruntimeStatistics();
    for (const length of [4, 6, 7, 8, 10, 11, 12]) await step(length);
    expect(onnxruntimeStatistics().sessionsCreated).toBe(sessionsCreated);
  });
});
