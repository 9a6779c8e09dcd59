const LF = 10;
const CR = 13;

/**
 * The end of the last line that is certainly complete, after its LF, CRLF or CR; 0 when there is none. A CR at the end
 * of the bytes may be half of a CRLF.
 */
export function endOfLines(bytes: Uint8Array): number {
  const feed = bytes.lastIndexOf(LF);
  if (feed >= 0) return feed + 1;
  return bytes.lastIndexOf(CR, -2) + 1;
}

/** The position at which the last `count` of complete lines begin. */
export function startOfLastLines(bytes: Uint8Array, count: number): number {
  let at = bytes.length;
  for (let line = 0; line < count && at > 0; line++) {
    if (bytes[at - 1] === LF && bytes[at - 2] === CR) at--;
    at--;
    while (at > 0 && bytes[at - 1] !== LF && bytes[at - 1] !== CR) at--;
  }
  return at;
}

/** The lines of a text without their line ends. A line end at the very end does not begin another line. */
export function splitLines(text: string): string[] {
  if (text === '') return [];
  const lines = text.includes('\r') ? text.split(/\r\n|\r|\n/) : text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The end of the line that begins at `from`, including its line end. */
export function endOfLine(text: string, from: number): number {
  const feed = text.indexOf('\n', from);
  const end = feed < 0 ? text.length : feed + 1;
  const cr = text.slice(from, end).indexOf('\r');
  if (cr < 0) return end;
  const after = from + cr + 1;
  return after === feed ? end : after;
}

/** A line without its line end. */
export const withoutEnd = (line: string): string => line.replace(/\r?\n$|\r$/, '');
