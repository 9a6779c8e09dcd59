import { checkValue } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';
import type { Checkpoint, CheckpointSummary } from './checkpoint.ts';
import { stepOf } from './names.ts';
import { readCheckpoint, readSummary } from './read-checkpoint.ts';
import type { CheckpointStore } from './store.ts';
import { inStore } from './store-error.ts';
import { storeKind } from './store-kind.ts';

/** A checkpoint whose content is not what was written. */
export interface DamagedCheckpoint {
  readonly name: string;
  /** The fault, as a sentence that names the checkpoint */
  readonly reason: string;
}

/** The checkpoint to resume from. */
export interface LatestCheckpoint {
  readonly checkpoint: Checkpoint;
  /** Newer checkpoints that are damaged, the newest first */
  readonly damaged: readonly DamagedCheckpoint[];
}

/** The names of a store's checkpoints of the form `step-00000100`, the oldest first. Other names are ignored. */
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
 * The newest undamaged checkpoint.
 *
 * @returns undefined when there are no checkpoints
 * @throws FormatError when there are checkpoints and all are damaged; remove them to start again
 * @throws StoreError when the store cannot be read
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

/**
 * The manifest of each checkpoint, the oldest first, and the checkpoints whose manifest is damaged. It reads no
 * tensors.
 */
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
