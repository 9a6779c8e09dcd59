import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { made, type OptionCall } from './option-call.ts';
import { recurrentCalls } from './recurrent-calls.ts';

const x = () => tf.ones([2, 3]);
const weight = () => tf.variable(tf.ones([2, 3]));
const classes = () => tf.tensor1d([0, 1], 'int32');
const logProbs = () => tf.logSoftmax(tf.zeros([3, 1, 2]));
const attention = () => new nn.MultiheadAttention({ embedDim: 4, numHeads: 2 });
const steps = () => tf.ones([3, 2, 4]);
const labels = () => tf.tensor2d([[1]], [1, 1], 'int32');
const savedTo = join(tmpdir(), 'unroll-acceptance.safetensors');
const emptyFile = await nn.save(new nn.Identity());

const initialising =
  <Options>(init: (tensor: tf.Variable, options: Options) => unknown) =>
  (options: object) =>
    init(weight(), options as Options);
const applied =
  <Options>(f: (input: tf.Tensor, options: Options) => unknown) =>
  (options: object) =>
    f(x(), options as Options);

/** Everything in nn that takes options. */
export const nnCalls: readonly OptionCall[] = [
  ...recurrentCalls,
  ['Linear', made(nn.Linear), { inFeatures: 2, outFeatures: 3 }],
  ['Embedding', made(nn.Embedding), { numEmbeddings: 2, embeddingDim: 3 }],
  ['Embedding.fromPretrained', (o) => nn.Embedding.fromPretrained(x(), o), {}],
  ['LayerNorm', made(nn.LayerNorm), { normalizedShape: 3 }],
  ['BatchNorm1d', made(nn.BatchNorm1d), { numFeatures: 3 }],
  ['BatchNorm2d', made(nn.BatchNorm2d), { numFeatures: 3 }],
  ['Dropout', made(nn.Dropout), {}],
  ['MultiheadAttention', made(nn.MultiheadAttention), { embedDim: 4, numHeads: 2 }],
  ['MultiheadAttention.forward', (o) => attention().forward(steps(), steps(), steps(), o), {}],
  ['Conv1d', made(nn.Conv1d), { inChannels: 2, outChannels: 3, kernelSize: 3 }],
  ['Conv2d', made(nn.Conv2d), { inChannels: 2, outChannels: 3, kernelSize: 3 }],
  ['MaxPool1d', made(nn.MaxPool1d), { kernelSize: 2 }],
  ['MaxPool2d', made(nn.MaxPool2d), { kernelSize: 2 }],
  ['AvgPool1d', made(nn.AvgPool1d), { kernelSize: 2 }],
  ['AvgPool2d', made(nn.AvgPool2d), { kernelSize: 2 }],
  ['Flatten', made(nn.Flatten), {}],
  ['CrossEntropyLoss', made(nn.CrossEntropyLoss), {}],
  ['NLLLoss', made(nn.NLLLoss), {}],
  ['BCEWithLogitsLoss', made(nn.BCEWithLogitsLoss), {}],
  ['CTCLoss', made(nn.CTCLoss), {}],
  ['MSELoss', made(nn.MSELoss), {}],
  ['L1Loss', made(nn.L1Loss), {}],
  ['SmoothL1Loss', made(nn.SmoothL1Loss), {}],
  ['HuberLoss', made(nn.HuberLoss), {}],
  ['BCELoss', made(nn.BCELoss), {}],
  ['KLDivLoss', made(nn.KLDivLoss), {}],
  ['CosineEmbeddingLoss', made(nn.CosineEmbeddingLoss), {}],
  ['LeakyReLU', made(nn.LeakyReLU), {}],
  ['ELU', made(nn.ELU), {}],
  ['GELU', made(nn.GELU), {}],
  ['Softplus', made(nn.Softplus), {}],
  ['GLU', made(nn.GLU), {}],
  ['PReLU', made(nn.PReLU), {}],
  ['Hardtanh', made(nn.Hardtanh), {}],
  ['Softmax', made(nn.Softmax), { dim: 0 }],
  ['LogSoftmax', made(nn.LogSoftmax), { dim: 0 }],
  ['crossEntropy', (o) => nn.crossEntropy(x(), classes(), o), {}],
  ['nllLoss', (o) => nn.nllLoss(x(), classes(), o), {}],
  ['binaryCrossEntropyWithLogits', (o) => nn.binaryCrossEntropyWithLogits(x(), x(), o), {}],
  ['ctcLoss', (o) => nn.ctcLoss(logProbs(), labels(), [3], [1], o), {}],
  ['mseLoss', (o) => nn.mseLoss(x(), x(), o), {}],
  ['l1Loss', (o) => nn.l1Loss(x(), x(), o), {}],
  ['smoothL1Loss', (o) => nn.smoothL1Loss(x(), x(), o), {}],
  ['huberLoss', (o) => nn.huberLoss(x(), x(), o), {}],
  ['binaryCrossEntropy', (o) => nn.binaryCrossEntropy(x(), x(), o), {}],
  ['klDiv', (o) => nn.klDiv(x(), x(), o), {}],
  ['cosineEmbeddingLoss', (o) => nn.cosineEmbeddingLoss(x(), x(), tf.ones([2]), o), {}],
  ['leakyRelu', applied(nn.leakyRelu), {}],
  ['elu', applied(nn.elu), {}],
  ['gelu', applied(nn.gelu), {}],
  ['softplus', applied(nn.softplus), {}],
  ['glu', (o) => nn.glu(tf.ones([2, 4]), o), {}],
  ['hardtanh', applied(nn.hardtanh), {}],
  ['softmax', applied(nn.softmax), { dim: 0 }],
  ['logSoftmax', applied(nn.logSoftmax), { dim: 0 }],
  ['packPaddedSequence', (o) => nn.packPaddedSequence(x(), [2, 2, 1], o), {}],
  ['padPackedSequence', (o) => nn.padPackedSequence(nn.packPaddedSequence(x(), [2, 2, 1]), o), {}],
  ['packSequence', (o) => nn.packSequence([x()], o), {}],
  ['padSequence', (o) => nn.padSequence([x()], o), {}],
  ['unpadSequence', (o) => nn.unpadSequence(x(), [2, 2, 1], o), {}],
  ['save', (o) => nn.save(new nn.Identity(), savedTo, o), {}],
  ['load', (o) => nn.load(new nn.Identity(), emptyFile, o), {}],
  ['Identity.loadStateDict', (o) => new nn.Identity().loadStateDict({}, o), {}],
];

export const nnInitCalls: readonly OptionCall[] = [
  ['uniform_', initialising(nn.init.uniform_), {}],
  ['normal_', initialising(nn.init.normal_), {}],
  ['truncNormal_', initialising(nn.init.truncNormal_), {}],
  ['sparse_', (o) => nn.init.sparse_(weight(), 0.5, o), {}],
  ['xavierUniform_', initialising(nn.init.xavierUniform_), {}],
  ['xavierNormal_', initialising(nn.init.xavierNormal_), {}],
  ['kaimingUniform_', initialising(nn.init.kaimingUniform_), {}],
  ['kaimingNormal_', initialising(nn.init.kaimingNormal_), {}],
  ['orthogonal_', initialising(nn.init.orthogonal_), {}],
];
