import { expect, it, vi } from 'vitest';
import { besideOthers } from './other-users.ts';

const running = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;

it('has as many programs compute as long as the function takes, also where it fails', async () => {
  const before = running();
  expect(await besideOthers(2, async () => running() - before)).toBe(2);
  await vi.waitFor(() => expect(running()).toBe(before));

  const failing = besideOthers(1, async () => {
    throw new Error('failed');
  });
  await expect(failing).rejects.toThrow('failed');
  await vi.waitFor(() => expect(running()).toBe(before));
});
