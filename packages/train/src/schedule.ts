import { kind } from '@unroll/backend/checks';
import type { ReduceLROnPlateau, Schedule } from '@unroll/optim';

/** Any of `@unroll/optim`'s schedules. */
export type AnySchedule = Schedule | ReduceLROnPlateau;

/** A schedule and when it moves on. */
export interface ScheduleOptions {
  scheduler: AnySchedule;
  /**
   * `step`: after each update, as `OneCycleLR` and warm-ups want it. `epoch`: after each epoch. `validation`: after each validation,
   * with the monitored value, which `ReduceLROnPlateau` takes.
   */
  each: 'step' | 'epoch' | 'validation';
}

export const scheduleKinds = {
  scheduler: kind.required({
    expected: 'a schedule',
    fits: (value) => typeof (value as Partial<AnySchedule> | null)?.step === 'function',
  }),
  each: kind.required(kind.choice('step', 'epoch', 'validation')),
};
