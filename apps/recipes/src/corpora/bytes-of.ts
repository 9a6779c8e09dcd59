import type { Source } from '@unroll/data';

/** Reads a whole source. */
export async function bytesOf(source: Source): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(source.open(0)));
}
