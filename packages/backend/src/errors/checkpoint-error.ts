import { UnrollError } from './unroll-error.ts';

/** A saved state does not fit the model, optimizer or schedule that should load it. Nothing was loaded. */
export class CheckpointError extends UnrollError {
  override readonly name = 'CheckpointError';
}
