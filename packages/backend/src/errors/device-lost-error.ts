import { UnrollError } from './unroll-error.ts';

/** What a backend computes on is gone: a worker thread that ended, a GPU that was reset. The backend has to be loaded anew. */
export class DeviceLostError extends UnrollError {
  override readonly name = 'DeviceLostError';
}
