import type { Source } from '../src/files/source.ts';

/** A source that yields at most `size` bytes at a time, and counts the bytes. */
export function chunkedSource(
  bytes: Uint8Array<ArrayBuffer> | string,
  size: number,
  name = 'file',
): Source & { readonly given: number; readonly opened: readonly number[] } {
  const all = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const opened: number[] = [];
  let given = 0;
  return {
    name,
    opened,
    get given() {
      return given;
    },
    size: async () => all.length,
    async *open(offset) {
      opened.push(offset);
      for (let at = offset; at < all.length; at += size) {
        const chunk = all.slice(at, at + size);
        given += chunk.length;
        yield chunk;
      }
    },
  };
}
