import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeSafetensors } from '@unroll/safetensors';
import { describe, expect, it } from 'vitest';
import { asOrdinaryUser, readOnlyFolder, smallDisk } from '../../test/mounted.ts';
import { RecordedDisk } from '../../test/recorded-disk.ts';
import { essence, sampleCheckpoint } from '../../test/sample-checkpoint.ts';
import {
  type CheckpointStore,
  checkpointNames,
  folder,
  inMemory,
  latestCheckpoint,
  readCheckpoint,
  removeUnkept,
  StoreError,
  writeCheckpoint,
} from '../index.ts';

const NAME = 'step-00000020';

const large = () => {
  const data = new Float32Array(500_000).fill(1);
  const weights = writeSafetensors({ weight: { dtype: 'F32', shape: [data.length], data } });
  return { ...sampleCheckpoint(20), weights };
};

async function refusalOf(writing: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await writing.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(StoreError);
  return error as StoreError;
}

/** Checks that a store has only the checkpoint of step 10. */
async function expectAsBefore(store: CheckpointStore): Promise<void> {
  const latest = await latestCheckpoint(store);
  expect(essence(latest!.checkpoint)).toEqual(essence(sampleCheckpoint(10)));
  expect(await store.list()).toEqual(['step-00000010']);
}

describe('a full disk', () => {
  it('is reported, with the last checkpoint whole and nothing of the new one left', async (context) => {
    const disk = smallDisk(1);
    if (!disk) return context.skip('no file system may be mounted here');
    const path = join(disk.path, 'run');
    await writeCheckpoint(folder(path), sampleCheckpoint(10));
    const error = await refusalOf(writeCheckpoint(folder(path), large()));
    expect(error).toMatchObject({ location: path, checkpoint: NAME, code: 'ENOSPC' });
    expect(error.message).toContain(
      `${path}: checkpoint '${NAME}' could not be written: the disk is full: ENOSPC`,
    );
    await expectAsBefore(folder(path));
    expect(readdirSync(path)).toEqual(['step-00000010']);
    await writeCheckpoint(folder(path), sampleCheckpoint(20));
  });

  it('leaves the last checkpoint whole, whichever step fails', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    const whole = new RecordedDisk();
    await writeCheckpoint(whole.store(), sampleCheckpoint(10));
    const before = whole.steps.length;
    await writeCheckpoint(whole.store(), sampleCheckpoint(20));
    const count = whole.steps.length - before;
    expect(count).toBeGreaterThan(15);
    for (let at = 1; at < count; at++) {
      const disk = new RecordedDisk();
      await writeCheckpoint(disk.store(), sampleCheckpoint(10));
      const failing = disk.store((done) => (done === at ? full : undefined));
      const error = await refusalOf(writeCheckpoint(failing, sampleCheckpoint(20)));
      expect(error).toMatchObject({ location: 'disk', checkpoint: NAME, code: 'ENOSPC', cause: full });
      const isNamed = at === count - 1;
      if (!isNamed) await expectAsBefore(disk.store());
      await writeCheckpoint(disk.store(), sampleCheckpoint(20));
      expect(await checkpointNames(disk.store())).toEqual(['step-00000010', NAME]);
      expect(essence(await readCheckpoint(disk.store(), NAME))).toEqual(essence(sampleCheckpoint(20)));
    }
  });

  it('loses nothing when the removal of the half-written checkpoint fails too', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    const disk = new RecordedDisk();
    await writeCheckpoint(disk.store(), sampleCheckpoint(10));
    await refusalOf(
      writeCheckpoint(
        disk.store((done) => (done >= 5 ? full : undefined)),
        sampleCheckpoint(20),
      ),
    );
    await expectAsBefore(disk.store());
  });
});

describe('a folder that cannot be written', () => {
  it('is reported when its file system is read-only, and can still be read', async (context) => {
    const disk = smallDisk(1);
    if (!disk) return context.skip('no file system may be mounted here');
    await writeCheckpoint(folder(disk.path), sampleCheckpoint(10));
    disk.makeReadOnly();
    const error = await refusalOf(writeCheckpoint(folder(disk.path), sampleCheckpoint(20)));
    expect(error.code).toBe('EROFS');
    expect(error.message).toContain(
      `${disk.path}: checkpoint '${NAME}' could not be written: the file system is read-only: EROFS`,
    );
    await expectAsBefore(folder(disk.path));
  });

  it('is reported when it belongs to another user', async () => {
    const path = readOnlyFolder();
    const error = await asOrdinaryUser(() => refusalOf(writeCheckpoint(folder(path), sampleCheckpoint(20))));
    expect(error.code).toBe('EACCES');
    expect(error.message).toContain(
      `${path}: checkpoint '${NAME}' could not be written: permission is denied: EACCES`,
    );
    expect(readdirSync(path)).toEqual([]);
  });
});

describe('a store that fails', () => {
  const broken = Object.assign(new Error('out of order'), { code: 'EIO' });
  const failing = async (): Promise<CheckpointStore> => {
    const store = inMemory();
    for (const step of [10, 20]) await writeCheckpoint(store, sampleCheckpoint(step));
    return store;
  };

  it.each<[string, Partial<CheckpointStore>, string]>([
    [
      'to list',
      { list: () => Promise.reject(new Error('out of order')) },
      'memory: the checkpoints could not be listed: out of order',
    ],
    [
      'to remove',
      { remove: () => Promise.reject(new DOMException('in use', 'NoModificationAllowedError')) },
      "memory: checkpoint 'step-00000010' could not be removed: it is locked: in use",
    ],
    [
      'to find what it removes',
      { remove: () => Promise.reject(Object.assign(new Error('rmdir'), { code: 'ENOENT' })) },
      "memory: checkpoint 'step-00000010' could not be removed: it, or what it lies in, is not there: rmdir",
    ],
    [
      'to read',
      { read: () => Promise.reject('no reason') },
      "memory: checkpoint 'step-00000010' could not be read: no reason",
    ],
  ])('%s throws an error that says so', async (_, failure, message) => {
    const store = { ...(await failing()), ...failure };
    expect((await refusalOf(removeUnkept(store, { last: 1 }))).message).toBe(message);
  });

  it('treats a file that it cannot return as damage, and falls back to the checkpoint before', async () => {
    const good = await failing();
    const read: CheckpointStore['read'] = (name, file) =>
      name === NAME && file === 'weights.safetensors' ? Promise.reject(broken) : good.read(name, file);
    const latest = await latestCheckpoint({ ...good, read });
    expect(latest!.checkpoint.step).toBe(10);
    expect(latest!.damaged).toEqual([
      {
        name: NAME,
        reason: `memory: checkpoint '${NAME}': weights.safetensors cannot be read from the disk`,
      },
    ]);
  });
});
