import type { EndReason } from './events.ts';
import type { Best, RunProgress } from './progress-of-run.ts';
import type { TrainerOptions } from './trainer-options.ts';

/** How a run ended. */
export interface TrainingResult {
  readonly reason: EndReason;
  /** In words: `loss was not better than 0.31 in 3 validations` */
  readonly message: string;
  /** Number of completed epochs */
  readonly epoch: number;
  /** Number of updates made, including those before a resume */
  readonly step: number;
  /** The best validation; null when there was none */
  readonly best: Best | null;
  /** The values of a validation after the last step; empty when there was none */
  readonly values: Readonly<Record<string, number>>;
  /** The newest checkpoint's name */
  readonly checkpoint?: string;
}

/** Why a run should end. */
export type End = Pick<TrainingResult, 'reason' | 'message'>;

/** The end of a run that has reached its number of steps or epochs. */
export function limitReached(
  {
    epochs = Number.POSITIVE_INFINITY,
    steps = Number.POSITIVE_INFINITY,
  }: Pick<TrainerOptions<never>, 'epochs' | 'steps'>,
  { epoch, step }: RunProgress,
): End | undefined {
  if (step >= steps) return { reason: 'steps', message: counted(steps, 'step is made', 'steps are made') };
  return epoch >= epochs
    ? { reason: 'epochs', message: counted(epochs, 'epoch is over', 'epochs are over') }
    : undefined;
}

const counted = (count: number, one: string, several: string): string =>
  `${count} ${count === 1 ? one : several}`;
