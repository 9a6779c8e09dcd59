import * as nn from '@unroll/nn';
import { StepLR } from '@unroll/optim';
import * as train from '@unroll/train';
import * as metrics from '@unroll/train/metrics';
import { progress } from '@unroll/train/progress';
import { TensorBoardWriter, tensorBoard } from '@unroll/train/tensorboard';
import { type AnyWorker, trainInWorker } from '@unroll/train/worker';
import { made, type OptionCall } from './option-call.ts';
import { storeOfRun, trainerParts } from './tiny-trainer.ts';

const emptyFile = await nn.save(new nn.Identity());

/** A trainer of one step, with one additional option. */
const trainer =
  (name: string) =>
  (options: object): unknown =>
    new train.Trainer({
      ...trainerParts(),
      steps: 1,
      validation: { batches: [1] },
      [name]: options,
    });

const scheduledParts = trainerParts();

/** A trainer with a schedule, which may use the trainer's optimizer. */
const scheduled = (schedule: object): unknown =>
  new train.Trainer({ ...scheduledParts, steps: 1, schedule: schedule as never });

/** A worker that does nothing. */
const worker = (): AnyWorker => ({
  postMessage: () => {},
  on: () => {},
  terminate: async () => 0,
});

const translations = ['a b'];
const references = [['a b']];

/** Trainers, evaluations and checkpoints that take options. */
export const trainCalls: readonly OptionCall[] = [
  ['Trainer', made(train.Trainer<number>), () => ({ ...trainerParts(), steps: 1 })],
  [
    'evaluate',
    (o) => train.evaluate(trainerParts().model, o as never),
    () => ({ batches: [1], loss: trainerParts().loss }),
  ],
  ['earlyStopping', train.earlyStopping, {}],
  ['budget', train.budget, { seconds: 1 }],
  ['ExponentialMovingAverage', (o) => new train.ExponentialMovingAverage(trainerParts().model, o), {}],
  ['loadWeights', async (o) => train.loadWeights(trainerParts().model, await storeOfRun(), o), {}],
  ['bestFirst', (o) => train.bestFirst([], o), {}],
  ['unkept', (o) => train.unkept([], o), {}],
  ['removeUnkept', (o) => train.removeUnkept(train.inMemory(), o), {}],
  [
    'writeCheckpoint',
    (o) => train.writeCheckpoint(train.inMemory(), o as never),
    { step: 0, epoch: 0, weights: emptyFile },
  ],
];

/** Options of a trainer that are objects of options themselves. */
export const trainerPartCalls: readonly OptionCall[] = [
  ['Trainer: validation', trainer('validation'), { batches: [1] }],
  ['Trainer: checkpoints', trainer('checkpoints'), () => ({ store: train.inMemory() })],
  ['Trainer: average', trainer('average'), {}],
  ['Trainer: clipGradNorm', trainer('clipGradNorm'), { maxNorm: 1 }],
  [
    'Trainer: schedule',
    (options) => scheduled(options),
    () => ({ scheduler: new StepLR(scheduledParts.optimizer, { stepSize: 1 }), each: 'step' }),
  ],
];

/** Everything in the package's other import paths that takes options. */
export const trainDoorCalls: Readonly<Record<string, readonly OptionCall[]>> = {
  'train/metrics': [
    ['Mean', made(metrics.Mean), {}],
    ['Accuracy', made(metrics.Accuracy), {}],
    ['TopKAccuracy', made(metrics.TopKAccuracy), {}],
    ['ConfusionMatrix', made(metrics.ConfusionMatrix), { numClasses: 2 }],
    ['Precision', made(metrics.Precision), {}],
    ['Recall', made(metrics.Recall), {}],
    ['F1', made(metrics.F1), {}],
    ['SpanF1', made(metrics.SpanF1), {}],
    ['MeanAbsoluteScaledError', made(metrics.MeanAbsoluteScaledError), { training: [1, 2] }],
    ['WordErrorRate', made(metrics.WordErrorRate), {}],
    ['CharacterErrorRate', made(metrics.CharacterErrorRate), {}],
    ['wordErrorRate', (o) => metrics.wordErrorRate(['a'], ['a'], o), {}],
    ['characterErrorRate', (o) => metrics.characterErrorRate(['a'], ['a'], o), {}],
    ['BLEU', made(metrics.BLEU), {}],
    ['bleu', (o) => metrics.bleu(translations, references, o), {}],
    ['sentenceBleu', (o) => metrics.sentenceBleu('a b', ['a b'], o), {}],
    ['CHRF', made(metrics.CHRF), {}],
    ['chrf', (o) => metrics.chrf(translations, references, o), {}],
    ['sentenceChrf', (o) => metrics.sentenceChrf('a b', ['a b'], o), {}],
  ],
  'train/progress': [['progress', progress, {}]],
  'train/tensorboard': [
    ['tensorBoard', (o) => tensorBoard(() => {}, o), {}],
    ['TensorBoardWriter', (o) => new TensorBoardWriter(() => {}, o), {}],
  ],
  'train/worker': [['trainInWorker', (o) => trainInWorker(worker(), o), { interruptible: false }]],
};
