import { FormatError } from '@unroll/backend/errors';
import type { AppendedFile, Handle } from './appended-file.ts';

const BLOCK = 65536;
const LINE_END = 10;
const BRACE = 123;

/**
 * Makes a file of JSON lines end with a line's end. What stands after the last one gets its own where it is whole, as an editor leaves it, and
 * is removed where it is not: a line that a power cut halved.
 *
 * @throws FormatError for a file that has no line's end and does not begin as an object: it is left as it is
 */
export async function endLastJsonLine(owner: string, file: AppendedFile): Promise<void> {
  const handle = await file.handle();
  const { size } = await handle.stat();
  const start = await lastLineStart(handle, size);
  if (start === size) return;
  const first = await bytesOf(handle, start, 1);
  if (start === 0 && first[0] !== BRACE) {
    throw new FormatError(
      `${owner}: ${file.path} has no line of JSON; expected a file of JSON lines, or none`,
    );
  }
  const isWhole = isObject(new TextDecoder().decode(await bytesOf(handle, start, size - start)));
  await (isWhole ? handle.appendFile('\n') : handle.truncate(start));
}

/** Where the bytes after the last line's end begin. */
async function lastLineStart(handle: Handle, size: number): Promise<number> {
  for (let end = size; end > 0; end -= BLOCK) {
    const start = Math.max(0, end - BLOCK);
    const last = (await bytesOf(handle, start, end - start)).lastIndexOf(LINE_END);
    if (last !== -1) return start + last + 1;
  }
  return 0;
}

async function bytesOf(handle: Handle, start: number, length: number): Promise<Uint8Array> {
  const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, start);
  return buffer.subarray(0, bytesRead);
}

function isObject(text: string): boolean {
  try {
    return text.startsWith('{') && typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
