import { UnrollError } from './unroll-error.ts';

/** A backend has lost its device: a worker thread ended or a GPU was reset. The backend has to be loaded again. */
export class DeviceLostError extends UnrollError {
  override readonly name = 'DeviceLostError';
}
