/** The position of a run. */
export interface Position {
  /** The current epoch, from 0 */
  readonly epoch: number;
  /** Number of updates made so far */
  readonly step: number;
  /**
   * How much of the run is done, 0 to 1. It is the greatest of these fractions: of `steps`, of `epochs` when the number
   * of batches per epoch is known, and of each `stopping` that knows its fraction. Absent when none is known.
   */
  readonly fraction?: number;
}

/** A run begins, from the start or from a checkpoint. */
export interface StartEvent extends Position {
  readonly type: 'start';
  /** The name of the checkpoint from which the run continues */
  readonly resumedFrom?: string;
  /** The run's limits in epochs and steps, and steps per epoch, as far as they are known */
  readonly epochs?: number;
  readonly steps?: number;
  readonly stepsPerEpoch?: number;
}

/** An update was made. */
export interface StepEvent extends Position {
  readonly type: 'step';
  /** The batch's index in its epoch, from 0; for accumulated batches, that of the last one */
  readonly batch: number;
  /** The loss before the update: the weighted mean over its batches */
  readonly loss: number;
  /** The sum of the batches' weights, over which the loss is a mean */
  readonly weight: number;
  /** The learning rate of the first parameter group in this update */
  readonly lr: number;
  /** The 2-norm of all gradients together, before clipping */
  readonly gradNorm: number;
  /** Duration since the end of the step before, including the wait for data */
  readonly seconds: number;
}

/** A loss or a gradient was not finite, and the batch was left out. */
export interface SkipEvent extends Position {
  readonly type: 'skip';
  readonly batch: number;
  /** `the loss is NaN` */
  readonly reason: string;
}

/** An epoch ended. */
export interface EpochEvent extends Position {
  readonly type: 'epoch';
  /** The weighted mean loss of the epoch's updates */
  readonly loss: number;
  readonly seconds: number;
}

/** A validation ended. */
export interface ValidationEvent extends Position {
  readonly type: 'validation';
  /** The loss, and each metric under its name */
  readonly values: Readonly<Record<string, number>>;
  /** The name of the monitored value, which ranks the weights; `mode` is its direction */
  readonly monitored: string;
  readonly mode: 'min' | 'max';
  /** Whether the monitored value is the best so far */
  readonly best: boolean;
  readonly seconds: number;
}

/** A checkpoint was written and will survive a power cut. */
export interface CheckpointEvent extends Position {
  readonly type: 'checkpoint';
  readonly name: string;
  readonly location: string;
}

/** A fault in spite of which the run continues: a damaged checkpoint that an older one replaces. */
export interface WarningEvent extends Position {
  readonly type: 'warning';
  readonly message: string;
}

/** The reason why a run ended. */
export type EndReason = 'epochs' | 'steps' | 'stopping' | 'interrupted';

/** The run ended. */
export interface EndEvent extends Position {
  readonly type: 'end';
  readonly reason: EndReason;
  /** In words: `loss was not better than 0.31 in 3 validations` */
  readonly message: string;
  /** The checkpoint to resume from, and its location; absent when no checkpoint outlives the program */
  readonly checkpoint?: { readonly name: string; readonly location: string };
}

/** Every event of a run, in the order in which they happen. */
export type TrainingEvent =
  | StartEvent
  | StepEvent
  | SkipEvent
  | EpochEvent
  | ValidationEvent
  | CheckpointEvent
  | WarningEvent
  | EndEvent;
