import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeOpfs, fakeOpfs } from '../../test/fake-opfs.ts';
import { opfsStore } from './opfs-store.ts';

const MIB = 1024 * 1024;
const key = { corpus: 'lines', file: 'a.txt', sha256: 'a'.repeat(64) };
const path = `unroll/lines/${'a'.repeat(16)}/a.txt`;

let opfs: FakeOpfs;

beforeEach(() => {
  opfs = fakeOpfs();
  vi.stubGlobal('navigator', opfs.navigator);
});

afterEach(() => vi.unstubAllGlobals());

const store = opfsStore('unroll');

/** Waits forever if somebody still holds the lock. */
const claimedAgain = async () => {
  const part = await store.claim(key);
  const { size, validator } = part;
  await part.release();
  return { size, validator };
};

describe('a store in the origin private file system', () => {
  it('finds a stored file, and hands an unfinished part to the next owner', async () => {
    const first = await store.claim(key);
    await first.restart('"1"');
    await first.append(new Uint8Array(3));
    await first.release();
    expect(await store.find(key)).toBeUndefined();
    const second = await store.claim(key);
    expect([second.size, second.validator]).toEqual([3, '"1"']);
    await second.append(new Uint8Array(2));
    expect(await (await second.keep()).size()).toBe(5);
    expect(await (await store.find(key))?.size()).toBe(5);
    expect(opfs.sizes()).toEqual({ [path]: 5, [`${path}.whole`]: 0 });
  });

  it('lets the next owner continue after the quota was full, and reports the error', async () => {
    const part = await store.claim(key);
    await part.restart('"1"');
    await part.append(new Uint8Array(5 * MIB));
    opfs.quota = 6 * MIB;
    await expect(part.append(new Uint8Array(2 * MIB))).rejects.toThrow('the quota is full');
    await part.release();
    expect(await claimedAgain()).toEqual({ size: 5 * MIB, validator: '"1"' });
  });

  it('drops a part whose writer failed, and lets the next owner start again', async () => {
    const part = await store.claim(key);
    await part.restart('"1"');
    opfs.quota = 1;
    await expect(part.append(new Uint8Array(2))).rejects.toThrow('the quota is full');
    await part.remove();
    expect(opfs.sizes()).toEqual({});
    expect(await claimedAgain()).toEqual({ size: 0, validator: undefined });
  });

  it('releases the lock when a part could not be opened, dropped or kept', async () => {
    opfs.failure = new Error('out of order');
    await expect(store.claim(key)).rejects.toThrow('out of order');
    opfs.failure = undefined;
    const dropped = await store.claim(key);
    await dropped.restart(undefined);
    opfs.failure = new Error('out of order');
    await expect(dropped.remove()).rejects.toThrow('out of order');
    opfs.failure = undefined;
    const kept = await store.claim(key);
    opfs.failure = new Error('out of order');
    await expect(kept.keep()).rejects.toThrow('out of order');
    await kept.release();
    opfs.failure = undefined;
    expect(await claimedAgain()).toEqual({ size: 0, validator: undefined });
  });

  it('saves at least four fifths of the received bytes, or all but 4 MiB, while a part is written', async () => {
    const part = await store.claim(key);
    await part.restart('"1"');
    const saved = new Set<number>();
    for (let came = MIB; came <= 64 * MIB; came += MIB) {
      await part.append(new Uint8Array(MIB));
      saved.add(opfs.sizes()[path]!);
      expect(came - opfs.sizes()[path]!).toBeLessThan(Math.max(4 * MIB, came / 5 + 1));
    }
    expect(saved.size).toBeLessThan(16);
    await part.release();
    expect(opfs.sizes()[path]).toBe(64 * MIB);
  });
});
