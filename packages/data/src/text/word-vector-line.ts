/** Parses a first line with the number of vectors and their width; undefined when the line is a vector. */
export function headerOf(line: string, dim: number | undefined): { count: number; dim: number } | undefined {
  const [, count, width] = /^(\d+) (\d+)$/.exec(line.trimEnd()) ?? [];
  // When vectors have one number each, a token may look like a number.
  return width === undefined || dim === 1 ? undefined : { count: Number(count), dim: Number(width) };
}

/**
 * The position of the space before the last `count` numbers of a line; −1 when there are too few, or nothing before
 * them.
 */
export function startOfNumbers(line: string, count: number): number {
  let at = count > 0 ? line.length : -1;
  for (let i = 0; i < count && at > 0; i++) at = line.lastIndexOf(' ', at - 1);
  return at > 0 ? at : -1;
}

/** Whether a token ends with a space and a number. The line then has one number too many. */
export function endsInNumber(token: string): boolean {
  const last = token.slice(token.lastIndexOf(' ') + 1);
  return last.length < token.length && last !== '' && Number.isFinite(Number(last));
}

/** The numbers after `start`; NaN for text that is not a number. */
export function numbersOf(line: string, start: number): number[] {
  return line
    .slice(start + 1)
    .split(' ')
    .map((digits) => (digits === '' ? Number.NaN : Number(digits)));
}
