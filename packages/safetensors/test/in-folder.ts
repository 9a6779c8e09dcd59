import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Calls `f` with an empty folder, which is removed afterwards. */
export async function inFolder(f: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
  try {
    await f(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
