import * as tf from '@tensorflow/tfjs-core';
import * as models from '@unroll/models';
import * as nn from '@unroll/nn';
import { FeatureEncoder, RecurrentDecoder, RecurrentEncoder } from '@unroll/seq2seq';
import { made, type OptionCall } from './option-call.ts';

const embedding = () => new nn.Embedding({ numEmbeddings: 5, embeddingDim: 2 });
const gru = (inputSize = 2) => new nn.GRU({ inputSize, hiddenSize: 3 });
const encoder = () => new RecurrentEncoder({ embedding: embedding(), rnn: gru() });
const characters = () => new models.CharacterEncoder({ embedding: embedding(), rnn: gru() });
const source = () => tf.tensor2d([[3, 4]], [1, 2], 'int32');
const label = () => tf.tensor1d([1], 'int32');
const labels = () => tf.tensor2d([[1, 0]], [1, 2], 'int32');
const scores = () => tf.zeros([1, 2, 3]);

const words = () => ({
  words: embedding(),
  characters: characters(),
  rnn: gru(2 + characters().outputSize),
});
const classifier = () => new models.SequenceClassifier({ encoder: encoder(), numClasses: 2 });
const tagger = () => new models.SequenceTagger({ encoder: encoder(), numTags: 2 });
const pair = () => new models.PairClassifier({ encoder: encoder(), numClasses: 2, hiddenSize: 3 });
const crf = () => new models.LinearChainCrf({ numTags: 3 });

const frames = () => tf.zeros([1, 3, 2]);
const letters = () => tf.ones([1, 2], 'int32');
const recognizer = () =>
  new models.CtcRecognizer({ encoder: new FeatureEncoder({ rnn: gru() }), numClasses: 3 });

const forecaster = () => new models.Forecaster({ encoder: gru(1), decoder: gru(1), horizon: 2 });
const values = () => tf.zeros([1, 3]);
const language = () => new models.LanguageModel({ embedding: embedding(), rnn: gru() });
const firstOf = async (texts: AsyncGenerator<number>) => await texts.next();

const toSequence = () => ({
  vectorSize: 2,
  decoder: new RecurrentDecoder({ embedding: embedding(), rnn: gru() }),
  paddingToken: 0,
  startToken: 1,
  endToken: 2,
});
const vectors = () => tf.ones([1, 2]);
const sequences = () => new models.VectorToSequence(toSequence());

/** Models and their parts that take options. */
export const modelsCalls: readonly OptionCall[] = [
  ['SequenceClassifier', made(models.SequenceClassifier), () => ({ encoder: encoder(), numClasses: 2 })],
  ['SequenceClassifier.forward', (o) => classifier().forward(source(), o), {}],
  ['SequenceClassifier.loss', (o) => classifier().loss(source(), label(), o), {}],
  ['SequenceClassifier.predict', (o) => classifier().predict(source(), o), {}],
  ['SequenceTagger', made(models.SequenceTagger), () => ({ encoder: encoder(), numTags: 2 })],
  ['SequenceTagger.forward', (o) => tagger().forward(source(), o), {}],
  ['SequenceTagger.loss', (o) => tagger().loss(source(), labels(), o), {}],
  ['SequenceTagger.predict', (o) => tagger().predict(source(), o), {}],
  ['SequenceTagger.marginals', (o) => tagger().marginals(source(), o), {}],
  [
    'PairClassifier',
    made(models.PairClassifier),
    () => ({ encoder: encoder(), numClasses: 2, hiddenSize: 3 }),
  ],
  ['PairClassifier.forward', (o) => pair().forward(source(), source(), o), {}],
  ['PairClassifier.loss', (o) => pair().loss(source(), source(), label(), o), {}],
  ['PairClassifier.predict', (o) => pair().predict(source(), source(), o), {}],
  ['CharacterEncoder', made(models.CharacterEncoder), () => ({ embedding: embedding(), rnn: gru() })],
  ['WordEncoder', made(models.WordEncoder), words],
  ['LinearChainCrf', made(models.LinearChainCrf), { numTags: 2 }],
  ['LinearChainCrf.forward', (o) => crf().forward(scores(), labels(), o), {}],
  ['LinearChainCrf.loss', (o) => crf().loss(scores(), labels(), o), {}],
  ['LinearChainCrf.logPartition', (o) => crf().logPartition(scores(), o), {}],
  ['LinearChainCrf.marginals', (o) => crf().marginals(scores(), o), {}],
  ['LinearChainCrf.viterbi', (o) => crf().viterbi(scores(), o), {}],
  [
    'CtcRecognizer',
    made(models.CtcRecognizer),
    () => ({ encoder: new FeatureEncoder({ rnn: gru() }), numClasses: 3 }),
  ],
  ['CtcRecognizer.forward', (o) => recognizer().forward(frames(), o), {}],
  ['CtcRecognizer.loss', (o) => recognizer().loss(frames(), letters(), o), {}],
  ['CtcRecognizer.predict', (o) => recognizer().predict(frames(), o), { beamSize: 2 }],
  ['Forecaster', made(models.Forecaster), () => ({ encoder: gru(1), decoder: gru(1), horizon: 2 })],
  ['Forecaster.forward', (o) => forecaster().forward(values(), o), {}],
  ['Forecaster.loss', (o) => forecaster().loss(values(), tf.zeros([1, 2]), o), {}],
  ['Forecaster.predict', (o) => forecaster().predict(values(), o), {}],
  ['VectorToSequence', made(models.VectorToSequence), toSequence],
  ['VectorToSequence.loss', (o) => sequences().loss(vectors(), source(), o), {}],
  ['VectorToSequence.predict', (o) => sequences().predict(vectors(), o), {}],
  ['LanguageModel', made(models.LanguageModel), () => ({ embedding: embedding(), rnn: gru() })],
  ['LanguageModel.loss', (o) => language().loss(source(), o), {}],
  ['LanguageModel.sample', (o) => language().sample([1], o as models.TextOptions), { length: 2 }],
  ['LanguageModel.stream', (o) => firstOf(language().stream([1], o as models.TextOptions)), { length: 2 }],
];
