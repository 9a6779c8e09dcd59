import type { TrainingEvent } from '../events.ts';
import type { TrainingResult } from '../training-result.ts';

/** What the program tells its worker. */
export type ToWorker =
  /** Asks whether it listens */
  | { readonly type: 'hello' }
  | {
      readonly type: 'start';
      /** The module that makes the trainer; absent where the worker has it already */
      readonly module?: string;
      readonly data: unknown;
    }
  /** An event was reported. */
  | { readonly type: 'reported' }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'stop'; readonly message: string };

/** What the worker tells the program. */
export type FromWorker =
  | { readonly type: 'listening' }
  | { readonly type: 'event'; readonly event: TrainingEvent }
  | { readonly type: 'done'; readonly result: TrainingResult; readonly weights: Uint8Array<ArrayBuffer> }
  | { readonly type: 'failed'; readonly error: FailureWords };

/** An error as it is told to another thread: classes do not go across. */
export interface FailureWords {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** One end of the line between a program and its worker. */
export interface Port<Sent, Received> {
  post(message: Sent, transfer?: readonly ArrayBuffer[]): void;
  listen(receive: (message: Received) => void): void;
}
