import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ArgumentError } from '@unroll/backend/errors';
import type { CorpusStore } from './corpus-store.ts';
import { fileSource } from './file-source.node.ts';
import { folderStore } from './folder-store.node.ts';
import { isFile, kindOf } from './kind-of-path.node.ts';
import type { Source } from './source.ts';

export { fileSource };

/**
 * Looks for a file of a corpus in the possible places of a folder; undefined when it is in none of them.
 *
 * @throws when the folder is not a folder
 */
export async function inFolder(
  folder: string,
  corpus: string,
  file: string,
): Promise<{ source: Source | undefined; places: readonly string[] }> {
  const places = [join(folder, file), join(folder, corpus, file)];
  for (const place of places) {
    if (await isFile(place)) return { source: fileSource(place), places };
  }
  const kind = await kindOf(folder);
  if (kind !== 'a folder') {
    throw new ArgumentError(
      'corpus',
      'folder',
      `is '${folder}', ${kind}; expected a folder that has ${file}`,
    );
  }
  return { source: undefined, places };
}

/** The store of downloads: `UNROLL_CACHE`, or `unroll` in the user's cache folder. */
export function openStore(cache: string | undefined): CorpusStore {
  const { UNROLL_CACHE, XDG_CACHE_HOME } = process.env;
  const caches = XDG_CACHE_HOME || join(homedir(), '.cache');
  return folderStore(cache ?? (UNROLL_CACHE || join(caches, 'unroll')));
}

/** The SHA-256 of all bytes, in hexadecimal. */
export async function sha256(source: Source): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of source.open(0)) hash.update(chunk);
  return hash.digest('hex');
}

/** Decompresses gzip, chunk by chunk on request. */
export async function* gunzip(
  packed: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const reading = Readable.from(packed);
  const closed = new Promise((resolve) => reading.once('close', resolve));
  const unpacking = createGunzip();
  // Errors are thrown by the loop below, so the callback ignores them.
  pipeline(reading, unpacking, () => {});
  try {
    yield* unpacking;
  } finally {
    // When the loop ends early, this waits until the file is closed.
    await closed;
  }
}
