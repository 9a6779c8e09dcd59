import { kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { type Optimizer, ReduceLROnPlateau, type Schedule } from '@unroll/optim';
import { withMethods } from './with-methods.ts';

/** Any of `@unroll/optim`'s schedules. */
export type AnySchedule = Schedule | ReduceLROnPlateau;

/** A schedule, and when it steps. */
export interface ScheduleOptions {
  scheduler: AnySchedule;
  /**
   * `step`: after each update, for example for `OneCycleLR` and warm-ups. `epoch`: after each epoch. `validation`:
   * after each validation, with the monitored value, which `ReduceLROnPlateau` needs.
   */
  each: 'step' | 'epoch' | 'validation';
}

export const scheduleKinds = {
  scheduler: kind.required(withMethods('a schedule', 'step', 'stateDict', 'loadStateDict')),
  each: kind.required(kind.choice('step', 'epoch', 'validation')),
};

/** @throws when a schedule belongs to another optimizer, or needs values that it would not get */
export function checkSchedule({ scheduler, each }: ScheduleOptions, optimizer: Optimizer): void {
  const owner = 'Trainer: schedule';
  if (scheduler.optimizer !== optimizer) {
    throw new ArgumentError(
      owner,
      'scheduler',
      "is another optimizer's; expected one that was made with the trainer's",
    );
  }
  if (each !== 'validation' && scheduler instanceof ReduceLROnPlateau) {
    throw new ArgumentError(owner, 'each', `is '${each}'; expected 'validation' for a ReduceLROnPlateau`);
  }
}
