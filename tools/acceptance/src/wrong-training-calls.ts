import * as tf from '@tensorflow/tfjs-core';
import { ReduceLROnPlateau } from '@unroll/optim';
import * as train from '@unroll/train';
import { trainInWorker } from '@unroll/train/worker';
import { storeOfRun, trainerParts } from './tiny-trainer.ts';
import type { WrongCall } from './wrong-calls.ts';

type Options = train.TrainerOptions<number>;

const trainer = (options: Partial<Options> & object) =>
  new train.Trainer<number>({ ...trainerParts(), steps: 3, ...options });
const fit = (options: Partial<Options>) => trainer(options).fit();
const validation = { batches: [1] };

// biome-ignore format: a mistake a row
export const wrongTrainingCalls: readonly WrongCall[] = [
  ['Trainer: nothing that ends it', () => trainer({ steps: undefined }), 'Trainer: epochs, steps and stopping are left out; expected at least one of them'],
  ['Trainer: no epochs', () => trainer({ epochs: 0 }), 'Trainer: epochs is 0; expected a whole number of at least 1'],
  ['Trainer: an option of another name', () => trainer({ epoch: 3 } as object), "Trainer: there is no option 'epoch'; did you mean epochs?"],
  ['Trainer: an option of another name in the validation', () => trainer({ validation: { ...validation, metric: {} } as typeof validation }), "Trainer: validation: there is no option 'metric'; did you mean metrics?"],
  ['Trainer: no optimizer', () => trainer({ optimizer: {} as Options['optimizer'] }), 'Trainer: optimizer is an object; expected an optimizer'],
  ['Trainer: a number of batches for batches', () => trainer({ batches: 3 as unknown as number[] }), "Trainer: batches is 3; expected batches to go through, or a function that gives an epoch's"],
  ['Trainer: batches accumulated without weight', () => trainer({ accumulate: 4 }), "Trainer: accumulate is 4, and weight is left out; expected a function that gives what a batch's loss is the mean of, such as its rows, or () => 1 where all batches count alike"],
  ['evaluate: neither a loss nor metrics', () => train.evaluate(trainerParts().model, { batches: [1] }), 'evaluate: there is neither a loss nor a metric; expected at least one of them'],
  ['Trainer: metrics that nothing is given to', () => trainer({ validation: { ...validation, metrics: { one: { compute: () => 1, reset: () => {} } } } }), 'Trainer: validation: measure is left out; expected a function that gives the metrics one what they take'],
  ['Trainer: a metric with the name of the loss', () => trainer({ validation: { ...validation, metrics: { loss: { compute: () => 1, reset: () => {} } }, measure: () => {} } }), "Trainer: validation: metrics have one named 'loss', which the loss is named; expected another name"],
  ['Trainer: a monitored value that no validation gives', () => fit({ validation: { ...validation, value: 'accuracy' }, epochs: 1 }), "Trainer: validation: value is 'accuracy'; the validation gives loss"],
  ['Trainer: the best without validations', () => trainer({ restoreBest: true }), 'Trainer: restoreBest goes by validations, and validation is left out; expected held-out batches'],
  ['Trainer: the best, and no checkpoint of it', () => trainer({ restoreBest: true, validation, checkpoints: { store: train.inMemory(), keepBest: 0 } }), 'Trainer: restoreBest is true, and keepBest of the checkpoints is 0; expected it to be at least 1'],
  ['Trainer: a plateau after each step', () => { const { model, optimizer } = trainerParts(); return trainer({ model, optimizer, schedule: { scheduler: new ReduceLROnPlateau(optimizer), each: 'step' } }); }, "Trainer: schedule: each is 'step'; expected 'validation' for a ReduceLROnPlateau"],
  ['Trainer: an interval of days', () => trainer({ validation: { ...validation, every: { days: 1 } as object } }), 'Trainer: validation: every is an object; expected an object with steps or epochs, whole numbers of at least 1'],
  ['Trainer: a path for a store', () => trainer({ checkpoints: { store: 'runs' as unknown as train.CheckpointStore } }), "Trainer: checkpoints: store is 'runs'; expected a store of checkpoints, as folder(path) makes it"],
  ['Trainer: a stopping that is a number', () => trainer({ stopping: [3 as unknown as train.Stopping] }), 'Trainer: stopping is [3]; expected what ends a run, as earlyStopping() makes it or an array of such'],
  ['Trainer: a reporter that is a word', () => trainer({ reporters: ['progress' as unknown as train.ReporterLike] }), "Trainer: reporters is ['progress']; expected an array of reporters and functions"],
  ['Trainer: something else to save that cannot be saved', () => trainer({ others: { tokenizer: {} as train.Resumable } }), 'Trainer: others is an object; expected an object whose values each have state() and load(state)'],
  ['Trainer: a loss of several numbers', () => { const { model, ...rest } = trainerParts(); return fit({ ...rest, model, loss: () => tf.square(model.forward(tf.ones([2, 1]))) }); }, 'Trainer: loss of a batch is of shape [2, 1]; expected one number: reduce it, by tf.mean for instance'],
  ['Trainer: a loss that comes later', () => fit({ loss: (async () => tf.scalar(1)) as unknown as Options['loss'] }), 'Trainer: loss of a batch is a promise; expected a tensor at once, without async'],
  ['evaluate: a loss of several numbers', () => train.evaluate(trainerParts().model, { batches: [1], loss: () => tf.ones([2]) }), 'evaluate: loss of a batch is of shape [2]; expected one number: reduce it, by tf.mean for instance'],
  ['Trainer: a loss that is a number', () => fit({ loss: (() => 3) as unknown as Options['loss'] }), 'Trainer: loss of a batch is 3; expected a tensor of one number'],
  ['Trainer: a loss of no parameter', () => fit({ loss: () => tf.scalar(1) }), "lossAndGradients: the loss depends on none of the optimizer's trainable parameters; compute it from them with TensorFlow.js operations, inside the function"],
  ['Trainer: a loss that is not a number', () => fit({ batches: [1, Number.NaN] }), "Trainer.fit: the loss is NaN in batch 1 of epoch 0 (counted from 0), after step 1; nothing was updated by it. Look at the batch's values; if values grow from step to step, a lower learning rate or clipGradNorm helps. nonFinite: 'skip' leaves such batches out"],
  ['Trainer: a negative weight', () => fit({ weight: (batch) => -batch }), 'Trainer: weight of a batch is -1; expected a finite number of at least 0'],
  ['Trainer: a generator over two epochs', () => fit({ batches: [1, 2].values() }), "Trainer: batches can be gone through once, and ended before the run did, in epoch 1; expected an iterable of several epochs, or a function that gives each epoch's batches"],
  ['Trainer: no batches', () => fit({ batches: [] }), 'Trainer: batches gave none in epoch 0; expected at least one'],
  ['Trainer: batches that all weigh nothing', () => fit({ weight: () => 0 }), 'Trainer.fit: every batch of epoch 0 was left out; nothing was learnt from it'],
  ['Trainer: no validation batches', () => fit({ epochs: 1, validation: { batches: [] } }), 'Trainer: validation: batches gave none in epoch 0; expected at least one'],
  ['Trainer: a one-time iterable for validations', () => fit({ epochs: 2, steps: undefined, validation: { batches: [1].values() } }), "Trainer: validation: batches gave none in epoch 0; expected at least one, such as a function that gives each time's anew"],
  ['Trainer: not to go on where a run was', async () => fit({ checkpoints: { store: await storeOfRun(), resume: false } }), "Trainer: resume is false, and memory has the checkpoint 'step-00000001'; expected an empty store"],
  ['Trainer: a second fit', async () => { const one = trainer({}); await one.fit(); await one.fit(); }, 'Trainer.fit: it was called already; a new Trainer goes on from the checkpoint'],
  ['earlyStopping: a value that no validation gives', () => fit({ epochs: 1, validation, stopping: train.earlyStopping({ value: 'f1' }) }), "earlyStopping: value is 'f1'; the validation gives loss"],
  ['budget: no time', () => train.budget({}), 'budget: hours, minutes and seconds are left out; expected at least one of them'],
  ['loadWeights: an empty store', () => train.loadWeights(trainerParts().model, train.inMemory()), 'loadWeights: memory has no checkpoints'],
  ['loadWeights: more checkpoints than there are', async () => train.loadWeights(trainerParts().model, await storeOfRun(), { from: 'latest', count: 9 }), 'loadWeights: memory has 2 checkpoints; expected at least 9'],
  ['loadWeights: a checkpoint that is not there', async () => train.loadWeights(trainerParts().model, await storeOfRun(), { from: 'step-9' }), "memory: there is no checkpoint 'step-9'; there are step-00000001, step-00000002"],
  ['loadWeights: a path for a store', () => train.loadWeights(trainerParts().model, 'runs' as unknown as train.CheckpointStore), "loadWeights: store is 'runs'; expected a store of checkpoints, as folder(path) makes it"],
  ['latestCheckpoint: a path for a store', () => train.latestCheckpoint('runs' as unknown as train.CheckpointStore), "latestCheckpoint: store is 'runs'; expected a store of checkpoints, as folder(path) makes it"],
  ['Trainer: a norm of 0 order', () => trainer({ clipGradNorm: { maxNorm: 1, normType: 0 } }), 'Trainer: clipGradNorm: normType is 0; expected a number above 0, or Infinity'],
  ['trainInWorker: a function for a module', () => trainInWorker((() => {}) as unknown as string), 'trainInWorker: module is a function; expected the address of a module, as new URL(…, import.meta.url), or a worker that calls serveTraining'],
  ['trainInWorker: data that hold a function', () => trainInWorker('file:///nowhere.js', { data: { loss: () => 1 } }), 'trainInWorker: data cannot be copied to a worker: () => 1 could not be cloned.'],
];
