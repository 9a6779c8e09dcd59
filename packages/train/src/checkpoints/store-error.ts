import { messageOf } from '@unroll/backend/checks';
import { UnrollError } from '@unroll/backend/errors';
import { codeOf } from '../error-code.ts';
import type { CheckpointStore } from './store.ts';

/** Explanations of file system codes and browser errors. */
const meanings: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  QuotaExceededError: 'the quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  NoModificationAllowedError: 'it is locked',
  ENOENT: 'it, or what it lies in, is not there',
  NotFoundError: 'it, or what it lies in, is not there',
  ELOOP: 'a link leads to itself',
  ENOTDIR: 'what lies there is no folder',
};

/**
 * A store of checkpoints cannot be written, read or listed, for example because the disk is full or the folder is
 * read-only. The existing checkpoints are unchanged. `cause` is the error of the file system.
 */
export class StoreError extends UnrollError {
  override readonly name = 'StoreError';
  /** The location of the store */
  readonly location: string;
  /** The checkpoint's name; undefined when the error concerns the whole store */
  readonly checkpoint: string | undefined;
  /** The file system's code (`ENOSPC`), or the name of the browser's error (`QuotaExceededError`) */
  readonly code: string | undefined;

  /** @param action the failed operation: `written`, `read`, `removed`, `listed` */
  constructor(location: string, checkpoint: string | undefined, action: string, cause: unknown) {
    const code = codeOf(cause) ?? nameOf(cause);
    const meaning = code !== undefined && Object.hasOwn(meanings, code) ? `${meanings[code]}: ` : '';
    const subject = checkpoint === undefined ? 'the checkpoints' : `checkpoint '${checkpoint}'`;
    super(`${location}: ${subject} could not be ${action}: ${meaning}${messageOf(cause)}`, { cause });
    this.location = location;
    this.checkpoint = checkpoint;
    this.code = code;
  }
}

const nameOf = (error: unknown): string | undefined =>
  error instanceof Error && error.name !== 'Error' ? error.name : undefined;

/** Runs an operation of a store. Errors that are not Unroll's own become `StoreError`s. */
export async function inStore<T>(
  { location }: CheckpointStore,
  checkpoint: string | undefined,
  action: string,
  use: () => Promise<T>,
): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (error instanceof UnrollError) throw error;
    throw new StoreError(location, checkpoint, action, error);
  }
}
