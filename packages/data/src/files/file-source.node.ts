import { open, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { checkValue, kind } from '@unroll/backend/checks';
import type { Source } from './source.ts';

const isUrl = {
  expected: 'a file: URL',
  fits: (value: unknown) => value instanceof URL && value.protocol === 'file:',
};

const CHUNK = 256 * 1024;

/**
 * A file by its path or `file:` URL, under Node, Deno and Bun. In a page use `blobSource`.
 *
 * @example
 * lines(fileSource('corpus.txt'));
 */
export function fileSource(path: string | URL): Source {
  checkValue('fileSource', 'path', path, kind.required(kind.either(kind.text, isUrl)));
  const name = path instanceof URL ? fileURLToPath(path) : path;
  return {
    name,
    size: async () => (await stat(name)).size,
    async *open(offset) {
      const file = await open(name);
      try {
        for (let at = offset; ; ) {
          const { bytesRead, buffer } = await file.read(new Uint8Array(CHUNK), 0, CHUNK, at);
          if (bytesRead === 0) return;
          at += bytesRead;
          yield buffer.subarray(0, bytesRead);
        }
      } finally {
        await file.close();
      }
    },
  };
}
