import { open, stat } from 'node:fs/promises';
import { checkValue, kind } from '@unroll/backend/checks';
import type { Source } from './source.ts';

const CHUNK = 256 * 1024;

/**
 * A file by its path, under Node (and Deno and Bun). A page has `blobSource`.
 *
 * @example
 * lines(fileSource('corpus.txt'));
 */
export function fileSource(path: string): Source {
  checkValue('fileSource', 'path', path, kind.required(kind.text));
  return {
    name: path,
    size: async () => (await stat(path)).size,
    async *open(offset) {
      const file = await open(path);
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
