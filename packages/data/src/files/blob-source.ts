import { checkValue, kind } from '@unroll/backend/checks';
import { chunksOf } from './chunks-of.ts';
import type { Source } from './source.ts';

const isBlob = {
  expected: 'a Blob or a File',
  fits: (value: unknown) => value instanceof Blob,
  required: true,
};

/**
 * A Blob: a file that a user chose in a page, or a result of `fetch`.
 *
 * @param name Default: a File's own name, or `blob`.
 */
export function blobSource(blob: Blob, name?: string): Source {
  checkValue('blobSource', 'blob', blob, isBlob);
  checkValue('blobSource', 'name', name, kind.text);
  const own = 'name' in blob && typeof blob.name === 'string' ? blob.name : 'blob';
  return {
    name: name ?? own,
    size: async () => blob.size,
    open: (offset) => chunksOf(blob.slice(offset).stream()),
  };
}
