import { messageOf } from '@unroll/backend/checks';
import { UnrollError } from '@unroll/backend/errors';
import { codeOf } from '../error-code.ts';
import type { CheckpointStore } from './store.ts';

/** What a file system's codes and a browser's errors mean. */
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
 * A store of checkpoints that cannot be written, read or listed: a full disk, a folder that is read-only. The checkpoints that it
 * had are as they were. `cause` is what the file system said.
 */
export class StoreError extends UnrollError {
  override readonly name = 'StoreError';
  /** The store's */
  readonly location: string;
  /** The checkpoint's name; undefined where the error is about all of them */
  readonly checkpoint: string | undefined;
  /** The file system's code (`ENOSPC`), or the name of the browser's error (`QuotaExceededError`) */
  readonly code: string | undefined;

  /** @param action what could not be done: `written`, `read`, `removed`, `listed` */
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

/** Runs what uses a store; errors that are not Unroll's own become `StoreError`s. */
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
