import { FormatError } from '@unroll/backend/errors';
import type { AppendedFile, Handle } from './appended-file.ts';

const BLOCK = 65536;
const LINE_END = 10;
const BRACE = 123;

/**
 * Ensures that a file of JSON lines ends with a line break. When the last line has no line break and is complete, as an
 * editor may leave it, it gets one. When it is incomplete because of a power cut, it is removed.
 *
 * @throws FormatError for a file that has no line break and does not begin with an object; the file stays unchanged
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

/** The position after the last line break. */
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
