import type { TrainingEvent } from '../src/events.ts';

/** One event of each type, of a run that was resumed after its fourth update. */
export const sampleEvents: readonly TrainingEvent[] = [
  { type: 'start', epoch: 0, step: 4, resumedFrom: 'step-4' },
  {
    type: 'step',
    epoch: 0,
    step: 5,
    batch: 4,
    loss: 2.5,
    weight: 30,
    lr: 0.125,
    gradNorm: 1.5,
    seconds: 0.5,
  },
  { type: 'skip', epoch: 0, step: 5, batch: 5, reason: 'the loss is NaN' },
  { type: 'epoch', epoch: 0, step: 5, loss: 3.5, seconds: 2 },
  {
    type: 'validation',
    epoch: 1,
    step: 5,
    values: { loss: Number.NaN, bleu: 12.5, ratio: Number.NEGATIVE_INFINITY },
    monitored: 'loss',
    mode: 'min',
    best: true,
    seconds: 1,
  },
  { type: 'checkpoint', epoch: 1, step: 5, name: 'step-5', location: 'checkpoints' },
  { type: 'warning', epoch: 1, step: 5, message: 'step-3 is damaged' },
  { type: 'end', epoch: 1, step: 5, reason: 'epochs', message: '1 epoch' },
];
