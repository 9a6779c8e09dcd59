import { checkValue } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';
import type { Checkpoint, CheckpointSummary } from './checkpoint.ts';
import { stepOf } from './names.ts';
import { readCheckpoint, readSummary } from './read-checkpoint.ts';
import type { CheckpointStore } from './store.ts';
import { inStore } from './store-error.ts';
import { storeKind } from './store-kind.ts';

/** A checkpoint that is not what was written. */
export interface DamagedCheckpoint {
  readonly name: string;
  /** What is wrong with it, a sentence that names it */
  readonly reason: string;
}

/** The checkpoint to go on from. */
export interface LatestCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Newer ones, newest first, that were passed over */
  readonly damaged: readonly DamagedCheckpoint[];
}

/** The checkpoints of a store that are named after their step (`step-00000100`), oldest first. What else lies there is none. */
export async function checkpointNames(store: CheckpointStore): Promise<string[]> {
  checkValue('checkpointNames', 'store', store, storeKind);
  const names = await inStore(store, undefined, 'listed', () => store.list());
  const steps = names.flatMap((name) => {
    const step = stepOf(name);
    return step === undefined ? [] : [{ name, step }];
  });
  return steps.sort((a, b) => a.step - b.step).map(({ name }) => name);
}

/**
 * The newest checkpoint that is whole.
 *
 * @returns undefined where there are no checkpoints
 * @throws FormatError where there are some, and all are damaged: whoever wants to begin anew removes them
 * @throws StoreError where the store cannot be read
 */
export async function latestCheckpoint(store: CheckpointStore): Promise<LatestCheckpoint | undefined> {
  checkValue('latestCheckpoint', 'store', store, storeKind);
  const names = await checkpointNames(store);
  const damaged: DamagedCheckpoint[] = [];
  for (const name of names.toReversed()) {
    const read = await wholeOrDamaged(name, () => readCheckpoint(store, name));
    if (!('reason' in read)) return { checkpoint: read, damaged };
    damaged.push(read);
  }
  if (damaged.length === 0) return undefined;
  const reasons = damaged.map(({ reason }) => `\n  ${reason}`).join('');
  throw new FormatError(`${store.location}: no checkpoint can be read; remove them to begin anew${reasons}`);
}

/** What each checkpoint says of itself, oldest first, and which cannot say it; tensors are not read. */
export async function summaries(store: CheckpointStore): Promise<{
  readonly checkpoints: readonly CheckpointSummary[];
  readonly damaged: readonly DamagedCheckpoint[];
}> {
  const checkpoints: CheckpointSummary[] = [];
  const damaged: DamagedCheckpoint[] = [];
  for (const name of await checkpointNames(store)) {
    const read = await wholeOrDamaged(name, () => readSummary(store, name));
    if ('reason' in read) damaged.push(read);
    else checkpoints.push(read);
  }
  return { checkpoints, damaged };
}

async function wholeOrDamaged<T extends CheckpointSummary>(
  name: string,
  read: () => Promise<T>,
): Promise<T | DamagedCheckpoint> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof FormatError) return { name, reason: error.message };
    throw error;
  }
}
