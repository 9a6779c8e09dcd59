/** Where a run stands. */
export interface Position {
  /** The epoch that it belongs to, from 0 */
  readonly epoch: number;
  /** Updates made so far */
  readonly step: number;
  /**
   * How much of the run is done, 0 to 1: the greatest of the shares of its `steps`, of its `epochs`, where it is known how long one is,
   * and of what each `stopping` says of itself. Absent where none of these is known.
   */
  readonly fraction?: number;
}

/** A run begins, anew or from a checkpoint. */
export interface StartEvent extends Position {
  readonly type: 'start';
  /** The name of the checkpoint that the run goes on from */
  readonly resumedFrom?: string;
  /** Epochs and steps after which the run ends, and steps an epoch, as far as they are known */
  readonly epochs?: number;
  readonly steps?: number;
  readonly stepsPerEpoch?: number;
}

/** An update was made. */
export interface StepEvent extends Position {
  readonly type: 'step';
  /** The batch's number in its epoch, from 0; of accumulated batches, the last one's */
  readonly batch: number;
  /** The loss before the update: the mean over its batches, each by its weight */
  readonly loss: number;
  /** The sum of the batches' weights: what the loss is the mean of */
  readonly weight: number;
  /** The learning rate of the first parameter group in this update */
  readonly lr: number;
  /** The 2-norm of all gradients together, before they are limited */
  readonly gradNorm: number;
  /** From the end of the step before, waiting for data included */
  readonly seconds: number;
}

/** A loss or a gradient was not finite, and no update was made. */
export interface SkipEvent extends Position {
  readonly type: 'skip';
  readonly batch: number;
  /** `the loss is NaN` */
  readonly reason: string;
}

/** An epoch ended. */
export interface EpochEvent extends Position {
  readonly type: 'epoch';
  /** The mean loss of the epoch's updates, each by its weight */
  readonly loss: number;
  readonly seconds: number;
}

/** The held-out batches were gone through. */
export interface ValidationEvent extends Position {
  readonly type: 'validation';
  /** The loss, and each metric under its name */
  readonly values: Readonly<Record<string, number>>;
  /** The name of the value that says which weights are better, and which way */
  readonly monitored: string;
  readonly mode: 'min' | 'max';
  /** Whether that value is the best so far */
  readonly best: boolean;
  readonly seconds: number;
}

/** A checkpoint was written, and will survive a power cut. */
export interface CheckpointEvent extends Position {
  readonly type: 'checkpoint';
  readonly name: string;
  readonly location: string;
}

/** Something that the run goes on in spite of: a damaged checkpoint that an older one stands in for. */
export interface WarningEvent extends Position {
  readonly type: 'warning';
  readonly message: string;
}

/** Why a run ended. */
export type EndReason = 'epochs' | 'steps' | 'stopping' | 'interrupted';

/** The run ended. */
export interface EndEvent extends Position {
  readonly type: 'end';
  readonly reason: EndReason;
  /** In words: `loss was not better than 0.31 in 3 validations` */
  readonly message: string;
  /** The checkpoint to go on from, and where it lies; absent where none outlives the program */
  readonly checkpoint?: { readonly name: string; readonly location: string };
}

/** All that a run tells of itself, in the order in which it happens. */
export type TrainingEvent =
  | StartEvent
  | StepEvent
  | SkipEvent
  | EpochEvent
  | ValidationEvent
  | CheckpointEvent
  | WarningEvent
  | EndEvent;
