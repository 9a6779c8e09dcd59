import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeOpfs, fakeOpfs } from '../../test/fake-opfs.ts';
import { essence, sampleCheckpoint } from '../../test/sample-checkpoint.ts';
import {
  checkpointNames,
  latestCheckpoint,
  opfs,
  readCheckpoint,
  removeUnkept,
  StoreError,
  writeCheckpoint,
} from '../index.ts';

let page: FakeOpfs;

function newPage(): void {
  page = fakeOpfs();
  vi.stubGlobal('navigator', page.navigator);
}

beforeEach(newPage);
afterEach(() => vi.unstubAllGlobals());

const NAME = 'step-00000010';

describe('a page’s private files', () => {
  it('store, replace and remove checkpoints without remains', async () => {
    const store = opfs('runs/names');
    expect(store.location).toBe('opfs:runs/names');
    expect(await latestCheckpoint(store)).toBeUndefined();
    await store.remove(NAME);
    expect(page.changes).toBe(0);
    for (const mark of [1, 2]) await writeCheckpoint(store, sampleCheckpoint(10, mark));
    await writeCheckpoint(store, sampleCheckpoint(20));
    expect(essence(await readCheckpoint(store, NAME))).toEqual(essence(sampleCheckpoint(10, 2)));
    expect(await removeUnkept(store, { last: 1 })).toEqual([NAME]);
    expect(await checkpointNames(store)).toEqual(['step-00000020']);
    const paths = page.paths().map((path) => path.replace(/files-[^/]*/, 'files'));
    expect(paths).toEqual([
      'runs/names/step-00000020/files/weights.safetensors',
      'runs/names/step-00000020/files/training.safetensors',
      'runs/names/step-00000020/files/averaged.safetensors',
      'runs/names/step-00000020/files/checkpoint.json',
      'runs/names/step-00000020/current-files',
    ]);
  });

  it('have the last checkpoint, and no damaged one, whenever the page is closed', async () => {
    const writes = [
      { step: 10, mark: 0 },
      { step: 10, mark: 1 },
      { step: 20, mark: 0 },
    ];
    for (let lives = 0; ; lives++) {
      newPage();
      page.failure = (done) => (done < lives ? undefined : new Error('the page is closed'));
      let written = -1;
      for (const { step, mark } of writes) {
        const isWritten = await writeCheckpoint(opfs(), sampleCheckpoint(step, mark)).then(
          () => true,
          () => false,
        );
        if (!isWritten) break;
        written++;
        await removeUnkept(opfs(), { last: 1 }).catch(() => {});
      }
      page.failure = () => undefined;
      const latest = await latestCheckpoint(opfs());
      expect(latest?.damaged ?? []).toEqual([]);
      const found = latest && JSON.stringify(essence(latest.checkpoint));
      const at = writes.findIndex(
        ({ step, mark }) => found === JSON.stringify(essence(sampleCheckpoint(step, mark))),
      );
      expect(at).toBeGreaterThanOrEqual(written);
      for (const name of await checkpointNames(opfs())) await readCheckpoint(opfs(), name);
      // The next page continues.
      await writeCheckpoint(opfs(), sampleCheckpoint(30));
      await removeUnkept(opfs(), { last: 1 });
      expect(page.paths()).toHaveLength(5);
      if (page.changes < lives) break;
    }
  });

  it('report that the quota is used up, and keep the last checkpoint', async () => {
    await writeCheckpoint(opfs(), sampleCheckpoint(10));
    const before = page.paths();
    const at = page.changes + 4;
    page.failure = (done) => (done === at ? new DOMException('no room', 'QuotaExceededError') : undefined);
    const error: unknown = await writeCheckpoint(opfs(), sampleCheckpoint(20)).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({
      code: 'QuotaExceededError',
      message:
        "opfs:unroll/checkpoints: checkpoint 'step-00000020' could not be written: the quota is used up: no room",
    });
    expect(page.paths()).toEqual(before);
    expect(await checkpointNames(opfs())).toEqual([NAME]);
  });

  it('are written by one page at a time', async () => {
    await Promise.all([10, 20, 30].map((step) => writeCheckpoint(opfs(), sampleCheckpoint(step))));
    expect(await checkpointNames(opfs())).toHaveLength(3);
  });

  it('may contain files that are not checkpoints', async () => {
    await writeCheckpoint(opfs('unroll'), sampleCheckpoint(10));
    await writeCheckpoint(opfs('unroll/lines/0123'), sampleCheckpoint(10));
    await writeCheckpoint(opfs('unroll'), sampleCheckpoint(20));
    await opfs('unroll').remove('lines');
    expect(await checkpointNames(opfs('unroll'))).toEqual([NAME, 'step-00000020']);
    expect(await checkpointNames(opfs('unroll/lines/0123'))).toEqual([NAME]);
  });

  it('throw when the browser has none', () => {
    vi.unstubAllGlobals();
    expect(() => opfs('runs')).toThrow("opfs: path is 'runs'; there are no private files here");
    expect(() => opfs('')).toThrow("opfs: path is ''; expected a string that is not empty");
  });
});
