import { checkValue, kind } from '@unroll/backend/checks';
import { chunksOf } from './chunks-of.ts';
import type { Source } from './source.ts';

/**
 * A Blob: a file that somebody chose in a page, or that `fetch` gave.
 *
 * @param name Default: a File's own name, or `blob`.
 */
export function blobSource(
  blob: Blob,
  name = 'name' in blob && typeof blob.name === 'string' ? blob.name : 'blob',
): Source {
  checkValue('blobSource', 'name', name, kind.text);
  return {
    name,
    size: async () => blob.size,
    open: (offset) => chunksOf(blob.slice(offset).stream()),
  };
}
