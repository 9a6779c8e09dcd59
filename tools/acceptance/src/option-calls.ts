import * as tf from '@tensorflow/tfjs-core';
import { calibrate, compile, tfjsBackend } from '@unroll/backend';
import { dropoutMask } from '@unroll/backend/contract';
import * as operations from '@unroll/backend/operations';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import { webgpu } from '@unroll/backend-webgpu';
import * as optim from '@unroll/optim';
import { dataCalls, dataDoorCalls } from './data-calls.ts';
import { modelsCalls } from './models-calls.ts';
import { nnCalls, nnInitCalls } from './nn-calls.ts';
import type { OptionCall } from './option-call.ts';
import { penaltyCalls, searchCalls } from './search-calls.ts';
import { seq2seqCalls } from './seq2seq-calls.ts';
import { trainCalls, trainDoorCalls, trainerPartCalls } from './train-calls.ts';

type AnyOptions = never;

const x = () => tf.ones([2, 3]);
const weight = () => tf.variable(tf.ones([2, 3]));
const classes = () => tf.tensor1d([0, 1], 'int32');
const logProbs = () => tf.logSoftmax(tf.zeros([3, 1, 2]));
const labels = () => tf.tensor2d([[1]], [1, 1], 'int32');
const sgd = () => new optim.SGD([tf.variable(tf.ones([1]))], { lr: 0.1, momentum: 0.9 });

const scheduled =
  <Options>(Made: new (optimizer: optim.SGD, options: Options) => unknown) =>
  (options: object) =>
    new Made(sgd(), options as Options);
const optimizing =
  <Options>(Made: new (params: readonly tf.Variable[], options: Options) => unknown) =>
  (options: object) =>
    new Made([tf.variable(tf.ones([1]))], options as Options);

const loss = (parameter: tf.Variable) => () => tf.sum(tf.square(parameter));
const stepping = (
  f: (optimizer: optim.SGD, loss: () => tf.Tensor, options: AnyOptions) => unknown,
): ((options: object) => unknown) => {
  const parameter = tf.variable(tf.ones([1]));
  return (options) => f(new optim.SGD([parameter], { lr: 0.1 }), loss(parameter), options as AnyOptions);
};
const recurrentInputs = () => ({
  x: tf.ones([2, 1, 2]) as tf.Tensor3D,
  weightIh: tf.ones([3, 2]) as tf.Tensor2D,
  weightHh: tf.ones([3, 3]) as tf.Tensor2D,
});
const classInputs = () => ({ logits: tf.ones([2, 3]) as tf.Tensor2D, target: classes() });
const ctcInputs = () => ({
  logProbs: logProbs() as tf.Tensor3D,
  targets: labels(),
  inputLengths: tf.tensor1d([3], 'int32'),
  targetLengths: tf.tensor1d([1], 'int32'),
});
const updated = () => ({ param: tf.ones([2]), grad: tf.ones([2]) });
const sgdAttrs = { lr: 1, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };

/** By package, everything that takes options. */
export const optionCalls: Readonly<Record<string, readonly OptionCall[]>> = {
  nn: nnCalls,
  'nn.init': nnInitCalls,
  optim: [
    ['SGD', optimizing(optim.SGD), {}],
    ['Adam', optimizing(optim.Adam), {}],
    ['AdamW', optimizing(optim.AdamW), {}],
    ['RMSprop', optimizing(optim.RMSprop), {}],
    ['Adagrad', optimizing(optim.Adagrad), {}],
    ['ExponentialMovingAverage', optimizing(optim.ExponentialMovingAverage), {}],
    ['Adadelta', optimizing(optim.Adadelta), {}],
    ['Adamax', optimizing(optim.Adamax), {}],
    ['NAdam', optimizing(optim.NAdam), {}],
    ['RAdam', optimizing(optim.RAdam), {}],
    ['CyclicLR', scheduled(optim.CyclicLR), { baseLr: 0.1, maxLr: 1 }],
    ['StepLR', scheduled(optim.StepLR), { stepSize: 1 }],
    ['MultiStepLR', scheduled(optim.MultiStepLR), { milestones: [1] }],
    ['ConstantLR', scheduled(optim.ConstantLR), {}],
    ['LinearLR', scheduled(optim.LinearLR), {}],
    ['ExponentialLR', scheduled(optim.ExponentialLR), { gamma: 0.5 }],
    ['PolynomialLR', scheduled(optim.PolynomialLR), {}],
    ['CosineAnnealingLR', scheduled(optim.CosineAnnealingLR), { tMax: 4 }],
    ['CosineAnnealingWarmRestarts', scheduled(optim.CosineAnnealingWarmRestarts), { t0: 4 }],
    ['OneCycleLR', scheduled(optim.OneCycleLR), { maxLr: 1, totalSteps: 9 }],
    ['LambdaLR', scheduled(optim.LambdaLR), { lrLambda: () => 1 }],
    ['MultiplicativeLR', scheduled(optim.MultiplicativeLR), { lrLambda: () => 1 }],
    ['ReduceLROnPlateau', scheduled(optim.ReduceLROnPlateau), {}],
    [
      'SequentialLR',
      (o) => {
        const optimizer = sgd();
        const schedulers = [new optim.StepLR(optimizer, { stepSize: 1 })];
        return new optim.SequentialLR(optimizer, { schedulers, milestones: [], ...o });
      },
      {},
    ],
    ['clipGradNorm', (o) => optim.clipGradNorm({ w: x() }, 1, o), {}],
    ['clipGradients', (o) => optim.clipGradients({ w: x() }, o), {}],
    ['trainingStep', stepping(optim.trainingStep), {}],
    ['update', stepping(optim.update), {}],
  ],
  backend: [
    ['compile', (o) => compile(() => tf.scalar(1), o), {}],
    ['calibrate', (o) => calibrate(async () => {}, [tfjsBackend('cpu')], o), {}],
  ],
  'backend-webgpu': [['webgpu', (o) => webgpu(o), {}]],
  'backend/contract': [
    ['dropoutMask', (o) => dropoutMask(3, o as AnyOptions), { p: 0.5, seed: [0, 0], offset: [0, 1] }],
  ],
  'backend/operations': [
    ['recurrent', (o) => operations.recurrent(recurrentInputs(), o as AnyOptions), { mode: 'rnn_tanh' }],
    ['crossEntropyRows', (o) => operations.crossEntropyRows(classInputs(), o), {}],
    ['meanCrossEntropy', (o) => operations.meanCrossEntropy(classInputs(), o), {}],
    ['ctcLossRows', (o) => operations.ctcLossRows(ctcInputs(), o), {}],
    ['embedding', (o) => operations.embedding(weight() as AnyOptions, classes(), o), {}],
    [
      'philoxDropout',
      (o) => operations.philoxDropout(x(), o as AnyOptions),
      { p: 0.5, seed: [0, 0], offset: [0, 1] },
    ],
    ['sgdStep', (o) => operations.sgdStep(updated(), o as AnyOptions), sgdAttrs],
    [
      'adamStep',
      (o) =>
        operations.adamStep({ ...updated(), expAvg: tf.ones([2]), expAvgSq: tf.ones([2]) }, o as AnyOptions),
      {
        lr: 1,
        beta1: 0.9,
        beta2: 0.9,
        eps: 1,
        weightDecay: 0,
        decoupledWeightDecay: false,
        step: 1,
        maximize: false,
      },
    ],
    [
      'rmspropStep',
      (o) => operations.rmspropStep({ ...updated(), squareAvg: tf.ones([2]) }, o as AnyOptions),
      { lr: 1, alpha: 0.9, eps: 1, weightDecay: 0, momentum: 0, maximize: false },
    ],
    [
      'adagradStep',
      (o) => operations.adagradStep({ ...updated(), sum: tf.ones([2]) }, o as AnyOptions),
      { lr: 1, eps: 1, weightDecay: 0, maximize: false },
    ],
  ],
  'inputs by name': [
    ['recurrent', (o) => operations.recurrent(o as AnyOptions, { mode: 'rnn_tanh' }), recurrentInputs],
    ['crossEntropyRows', (o) => operations.crossEntropyRows(o as AnyOptions), classInputs],
    ['meanCrossEntropy', (o) => operations.meanCrossEntropy(o as AnyOptions), classInputs],
    ['ctcLossRows', (o) => operations.ctcLossRows(o as AnyOptions), ctcInputs],
  ],
  'parameter groups': [
    ['SGD', (o) => sgd().addParamGroup({ params: tf.variable(tf.ones([1])), ...o }), {}],
    ['Adam', (o) => new optim.Adam([{ params: tf.variable(tf.ones([1])), ...o }]), {}],
    ['AdamW', (o) => new optim.AdamW([{ params: tf.variable(tf.ones([1])), ...o }]), {}],
    ['RMSprop', (o) => new optim.RMSprop([{ params: tf.variable(tf.ones([1])), ...o }]), {}],
    ['Adagrad', (o) => new optim.Adagrad([{ params: tf.variable(tf.ones([1])), ...o }]), {}],
  ],
  'options within options': [
    ['trainingStep: clipGradNorm', (o) => stepping(optim.trainingStep)({ clipGradNorm: o }), { maxNorm: 1 }],
    [
      'clipGradients: clipGradNorm',
      (o) => optim.clipGradients({ w: x() }, { clipGradNorm: o as AnyOptions }),
      { maxNorm: 1 },
    ],
    ['update: clipGradNorm', (o) => stepping(optim.update)({ clipGradNorm: o }), { maxNorm: 1 }],
  ],
  seq2seq: [...seq2seqCalls, ...searchCalls],
  models: modelsCalls,
  'penalties of a beam': penaltyCalls,
  'backend-cpu': [['cpu', cpu, {}]],
  'backend-onnxruntime': [['onnxruntime', onnxruntime, {}]],
  data: dataCalls,
  ...dataDoorCalls,
  train: trainCalls,
  'parts of a trainer': trainerPartCalls,
  ...trainDoorCalls,
};
