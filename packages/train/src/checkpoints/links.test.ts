import { lutimesSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { essence, sampleCheckpoint } from '../../test/sample-checkpoint.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { checkpointNames, folder, latestCheckpoint, writeCheckpoint } from '../index.ts';

const NAME = 'step-00000100';

/** A run whose only checkpoint is a link to another run's. */
async function linkedRun(): Promise<{ run: string; target: string }> {
  const outer = temporaryFolder(onTestFinished);
  const [run, other] = [join(outer, 'run'), join(outer, 'other')];
  await writeCheckpoint(folder(other), sampleCheckpoint(100));
  mkdirSync(run);
  symlinkSync(join(other, NAME), join(run, NAME));
  return { run, target: join(other, NAME) };
}

const filesOf = (path: string) =>
  Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file))]));

describe('a link to a checkpoint', () => {
  it('is a checkpoint, and the newest is found through it', async () => {
    const { run } = await linkedRun();
    expect(await checkpointNames(folder(run))).toEqual([NAME]);
    const latest = await latestCheckpoint(folder(run));
    expect(essence(latest!.checkpoint)).toEqual(essence(sampleCheckpoint(100)));
  });

  it('is replaced, and what it leads to stays as it was', async () => {
    const { run, target } = await linkedRun();
    const before = filesOf(target);
    await writeCheckpoint(folder(run), sampleCheckpoint(100, 1));
    expect(filesOf(target)).toEqual(before);
    expect(readdirSync(run)).toEqual([NAME]);
    const latest = await latestCheckpoint(folder(run));
    expect(essence(latest!.checkpoint)).toEqual(essence(sampleCheckpoint(100, 1)));
  });

  it('is removed, and what it leads to stays as it was', async () => {
    const { run, target } = await linkedRun();
    const before = filesOf(target);
    await folder(run).remove(NAME);
    expect(filesOf(target)).toEqual(before);
    expect(readdirSync(run)).toEqual([]);
  });
});

describe('a link in a checkpoint', () => {
  it('goes with the checkpoint, and the folder that it leads to stays as it was', async () => {
    const { run, target } = await linkedRun();
    const before = filesOf(target);
    await writeCheckpoint(folder(run), sampleCheckpoint(200));
    symlinkSync(target, join(run, 'step-00000200', 'extra'));
    await folder(run).remove('step-00000200');
    expect(filesOf(target)).toEqual(before);
    expect(readdirSync(run)).toEqual([NAME]);
  });
});

describe('a link in what a writer left', () => {
  it('goes with it, also where it leads to itself', async () => {
    const { run } = await linkedRun();
    const left = join(run, '.writing-step-00000001.1.elsewhere.00000004');
    mkdirSync(left);
    symlinkSync('loop', join(left, 'loop'));
    for (const path of [join(left, 'loop'), left]) lutimesSync(path, 1, 1);
    await writeCheckpoint(folder(run), sampleCheckpoint(200));
    expect(readdirSync(run)).toEqual([NAME, 'step-00000200']);
  });
});

describe('a link that leads nowhere', () => {
  it.each([
    ['to what is not there', 'elsewhere'],
    ['to itself', 'step-00000300'],
  ])('%s is no checkpoint', async (_, target) => {
    const { run } = await linkedRun();
    symlinkSync(target, join(run, 'step-00000300'));
    expect(await checkpointNames(folder(run))).toEqual([NAME]);
  });

  it('is told of where a checkpoint is to have its name', async () => {
    const { run } = await linkedRun();
    symlinkSync('step-00000300', join(run, 'step-00000300'));
    await expect(writeCheckpoint(folder(run), sampleCheckpoint(300))).rejects.toThrow(
      "checkpoint 'step-00000300' could not be written: a link leads to itself: ELOOP",
    );
  });
});
