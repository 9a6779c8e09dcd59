import { quoted } from './format-error.ts';
import { type Entry, scanEntry } from './header-entry.ts';
import { type Fault, JsonScanner } from './json-scanner.ts';

/** The greatest length of a header, in bytes. */
export const MAX_HEADER_BYTES = 100_000_000;

/** The number of bytes before the header, which contain its length. */
export const LENGTH_BYTES = 8;

/** A reserved name, which no tensor can have. */
export const METADATA = '__metadata__';

export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of their bytes */
  readonly entries: ReadonlyMap<string, Entry>;
  /** The position in the file at which the tensors' bytes begin */
  readonly dataStart: number;
}

/**
 * The header's length, from the first 8 bytes of a file.
 *
 * @throws when it exceeds the format's limit or the file's size
 */
export function headerLength(first: Uint8Array, fileSize: number, fault: Fault): number {
  if (fileSize < LENGTH_BYTES) {
    throw fault('too-short', `there are ${fileSize} bytes; expected at least ${LENGTH_BYTES}`);
  }
  const length = new DataView(first.buffer, first.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    throw fault(
      'header-too-large',
      `the header has ${length} bytes, by the first 8; expected at most ${MAX_HEADER_BYTES} (a file of another format?)`,
    );
  }
  if (LENGTH_BYTES + Number(length) > fileSize) {
    throw fault(
      'header-truncated',
      `the header has ${length} bytes; the file has ${fileSize - LENGTH_BYTES} after its first ${LENGTH_BYTES}`,
    );
  }
  return Number(length);
}

/** Reads a header, and checks that its tensors cover the rest of the file exactly. */
export function parseHeader(bytes: Uint8Array, fileSize: number, fault: Fault): Header {
  if (bytes[0] !== '{'.charCodeAt(0)) {
    const came = bytes.length === 0 ? 'is empty' : `begins with the byte ${bytes[0]}`;
    throw fault('header-start', `the header ${came}; expected '{'`);
  }
  const { metadata, entries } = scan(decoded(bytes, fault), fault);
  const dataStart = LENGTH_BYTES + bytes.length;
  const ordered = entries.sort(([, a], [, b]) => a.start - b.start || a.bytes - b.bytes);
  checkCover(ordered, fileSize - dataStart, fault);
  return { metadata, entries: new Map(ordered), dataStart };
}

function decoded(bytes: Uint8Array, fault: Fault): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fault('header-encoding', 'the header is not UTF-8');
  }
}

type Named = [string, Entry];

function scan(
  text: string,
  fault: Fault,
): { readonly metadata: ReadonlyMap<string, string>; readonly entries: Named[] } {
  const scanner = new JsonScanner(text, 'the header', 'header-syntax', fault);
  let metadata: ReadonlyMap<string, string> = new Map();
  const entries: Named[] = [];
  scanner.object('the header', (name) => {
    if (name === METADATA)
      metadata = scanner.strings(METADATA, `a string, as ${METADATA} holds only strings`);
    else entries.push([name, scanEntry(scanner, name, fault)]);
  });
  scanner.end();
  return { metadata, entries };
}

/** Throws unless the byte ranges of sorted entries cover all bytes without overlap or hole. */
function checkCover(ordered: readonly Named[], size: number, fault: Fault): void {
  let end = 0;
  let last = '';
  for (const [name, entry] of ordered) {
    const begins = `tensor ${quoted(name)} begins at byte ${entry.start}`;
    if (entry.start < end) {
      throw fault('overlap', `${begins}; tensor ${quoted(last)} before it ends at ${end}`, name);
    }
    if (entry.start > end) {
      throw fault('hole', `${begins}; the bytes from ${end} on belong to no tensor`, name);
    }
    end += entry.bytes;
    last = name;
  }
  if (size < end) {
    throw fault('truncated', `there are ${size} bytes after the header; its tensors have ${end}`);
  }
  if (size > end) {
    throw fault('trailing-bytes', `there are ${size} bytes after the header; its tensors have only ${end}`);
  }
}
