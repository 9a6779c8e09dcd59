import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sampleCheckpoint } from '../../test/sample-checkpoint.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { folder, latestCheckpoint, readCheckpoint, StoreError, writeCheckpoint } from '../index.ts';

const NAME = 'step-00000020';

/** A run with two checkpoints. */
async function twoCheckpoints(): Promise<string> {
  const run = join(temporaryFolder(onTestFinished), 'run');
  for (const step of [10, 20]) await writeCheckpoint(folder(run), sampleCheckpoint(step));
  return run;
}

describe.each(['weights.safetensors', 'checkpoint.json'])('a checkpoint whose %s', (file) => {
  it.each<[string, (path: string) => void, string]>([
    ['is a folder', (path) => mkdirSync(path), 'is a folder; expected a file'],
    ['is a link to itself', (path) => symlinkSync(file, path), 'is a link that leads to itself'],
  ])('%s counts as damaged, and the checkpoint before it is used', async (_, put, reason) => {
    const run = await twoCheckpoints();
    rmSync(join(run, NAME, file));
    put(join(run, NAME, file));
    const latest = await latestCheckpoint(folder(run));
    expect(latest!.checkpoint.step).toBe(10);
    expect(latest!.damaged).toEqual([
      { name: NAME, reason: `${run}: checkpoint '${NAME}': ${file} ${reason}` },
    ]);
  });
});

describe('a file', () => {
  it('in the place of a checkpoint counts as a damaged checkpoint', async () => {
    const run = await twoCheckpoints();
    rmSync(join(run, NAME), { recursive: true });
    writeFileSync(join(run, NAME), '');
    await expect(readCheckpoint(folder(run), NAME)).rejects.toThrow(
      `${run}: checkpoint '${NAME}': checkpoint.json is missing: the checkpoint is no folder`,
    );
  });

  it('in the place of the store is an unreadable store, not a damaged checkpoint', async () => {
    const run = join(temporaryFolder(onTestFinished), 'run');
    writeFileSync(run, '');
    const error = await readCheckpoint(folder(run), NAME).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ code: 'ENOTDIR', checkpoint: undefined });
  });
});
