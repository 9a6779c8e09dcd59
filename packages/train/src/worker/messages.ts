import type { TrainingEvent } from '../events.ts';
import type { TrainingResult } from '../training-result.ts';

/** Messages from the program to its worker. */
export type ToWorker =
  /** Asks whether the worker listens */
  | { readonly type: 'hello' }
  | {
      readonly type: 'start';
      /** The module that makes the trainer; absent when the worker has it already */
      readonly module?: string;
      readonly data: unknown;
    }
  /** The reporters have handled an event. */
  | { readonly type: 'reported' }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'stop'; readonly message: string };

/** Messages from the worker to the program. */
export type FromWorker =
  | { readonly type: 'listening' }
  | { readonly type: 'event'; readonly event: TrainingEvent }
  | { readonly type: 'done'; readonly result: TrainingResult; readonly weights: Uint8Array<ArrayBuffer> }
  | { readonly type: 'failed'; readonly error: FailureWords };

/** An error in a form that can be sent to another thread: classes cannot. */
export interface FailureWords {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** One end of the connection between a program and its worker. */
export interface Port<Sent, Received> {
  post(message: Sent, transfer?: readonly ArrayBuffer[]): void;
  listen(receive: (message: Received) => void): void;
}
