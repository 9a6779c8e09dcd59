import { ArgumentError } from '@unroll/backend/errors';
import { chunksOf } from './chunks-of.ts';
import type { CorpusStore } from './corpus-store.ts';
import { opfsStore } from './opfs-store.ts';
import type { Source } from './source.ts';

/**
 * A file by its path, under Node, Deno and Bun. In a page use `blobSource`.
 *
 * @throws in a page, where there are no paths
 */
export function fileSource(path: string | URL): Source {
  throw new ArgumentError(
    'fileSource',
    'path',
    `is '${path}'; a page opens no file by its path: see blobSource`,
  );
}

/** Looks for a file of a corpus in the possible places of a folder; undefined when it is in none of them. */
export async function inFolder(
  folder: string,
  _corpus: string,
  _file: string,
): Promise<{ source: Source | undefined; places: readonly string[] }> {
  throw new ArgumentError('corpus', 'folder', `is '${folder}'; a page opens no folder by its path`);
}

/** The store of downloads: the origin private file system. */
export function openStore(cache: string | undefined): CorpusStore {
  return opfsStore(cache ?? 'unroll');
}

/** The SHA-256 of all bytes, in hexadecimal. A page has to load all bytes into memory for it. */
export async function sha256(source: Source): Promise<string> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of source.open(0)) parts.push(part);
  const bytes = await new Blob(parts).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Decompresses gzip, chunk by chunk on request. */
export async function* gunzip(
  packed: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const chunks = packed[Symbol.asyncIterator]();
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { value, done } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await chunks.return?.()),
    },
    { highWaterMark: 0 },
  );
  try {
    yield* chunksOf(stream.pipeThrough(new DecompressionStream('gzip')));
  } finally {
    await chunks.return?.();
  }
}
