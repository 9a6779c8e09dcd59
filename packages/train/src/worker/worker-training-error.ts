import { UnrollError } from '@unroll/backend/errors';
import type { FailureWords } from './messages.ts';

const OWNER = 'trainInWorker: ';

/** A run that failed in its worker, or whose worker ended. */
export class WorkerTrainingError extends UnrollError {
  override readonly name = 'WorkerTrainingError';
  /** The name of the error in the worker: `NonFiniteError` */
  readonly errorName: string;

  constructor({ name, message, stack }: FailureWords) {
    super(message.startsWith(OWNER) ? message : OWNER + message);
    this.errorName = name;
    // The stack in the worker is more useful than the stack in this thread.
    if (stack !== undefined) this.stack = `${this.name}: ${this.message}\nin the worker: ${stack}`;
  }
}
