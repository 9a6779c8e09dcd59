import { UnrollError } from './unroll-error.ts';

/** A saved state that does not fit the model, optimizer or schedule that is to take it over; nothing was taken over. */
export class CheckpointError extends UnrollError {
  override readonly name = 'CheckpointError';
}
