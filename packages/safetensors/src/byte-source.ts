import { asBytes } from './as-bytes.ts';
import { shown } from './check-options.ts';
import { nodeFiles } from './node-files.ts';

/** A source from which ranges of bytes can be read. */
export interface ByteSource {
  /** Number of bytes */
  readonly size: number;
  /** The bytes from `start` up to, not including, `end`. Nobody may change them afterwards */
  read(start: number, end: number): Promise<Uint8Array> | Uint8Array;
  close?(): Promise<void> | void;
}

/** Accepted sources: bytes, a `Blob` (or `File`), a path or `file:` URL under Node, or an object that reads ranges. */
export type Source = Uint8Array | ArrayBuffer | Blob | string | URL | ByteSource;

/** A source, and its name in errors. */
export interface NamedSource {
  readonly source: ByteSource;
  readonly name: string | undefined;
}

/** @throws TypeError when the source cannot be opened; errors of the file system for a path pass through */
export async function namedSource(owner: string, source: Source): Promise<NamedSource> {
  if (typeof source === 'string' || source instanceof URL) {
    return { source: await fileSource(owner, source), name: String(source) };
  }
  if (source instanceof Blob) {
    return {
      source: blobSource(source),
      name: typeof File === 'function' && source instanceof File ? source.name : undefined,
    };
  }
  const bytes = asBytes(source);
  if (bytes) return { source: bytesSource(bytes), name: undefined };
  if (isByteSource(source)) return { source, name: undefined };
  throw new TypeError(
    `${owner}: source is ${shown(source)}; expected a Uint8Array, an ArrayBuffer, a Blob, a path, or { size, read(start, end), close?() }`,
  );
}

function isByteSource(source: Source): source is ByteSource {
  const { read, size, close } = Object(source) as Partial<ByteSource>;
  if (close !== undefined && typeof close !== 'function') return false;
  return typeof read === 'function' && Number.isSafeInteger(size) && size! >= 0;
}

const bytesSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.byteLength,
  read: (start, end) => bytes.subarray(start, end),
});

const blobSource = (blob: Blob): ByteSource => ({
  size: blob.size,
  read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
});

/** The greatest number of bytes that Node reads in one call. */
const MOST_AT_ONCE = 2 ** 30;

async function fileSource(owner: string, path: string | URL): Promise<ByteSource> {
  const handle = await nodeFiles(owner).open(path, 'r');
  try {
    const { size } = await handle.stat();
    return {
      size,
      close: () => handle.close(),
      async read(start, end) {
        const bytes = new Uint8Array(end - start);
        let read = 0;
        while (read < bytes.length) {
          const length = Math.min(bytes.length - read, MOST_AT_ONCE);
          const { bytesRead } = await handle.read(bytes, read, length, start + read);
          if (bytesRead === 0) break;
          read += bytesRead;
        }
        return bytes.subarray(0, read);
      },
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
