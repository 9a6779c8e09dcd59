/** A first line with the count of vectors and their width; undefined where the line is a vector. */
export function headerOf(line: string, dim: number | undefined): { count: number; dim: number } | undefined {
  const [, count, width] = /^(\d+) (\d+)$/.exec(line.trimEnd()) ?? [];
  // In a file of vectors with one number each, a number may be a token.
  return width === undefined || dim === 1 ? undefined : { count: Number(count), dim: Number(width) };
}

/** Where the space is before the last `count` numbers of a line; −1 where there are too few, or nothing before them. */
export function startOfNumbers(line: string, count: number): number {
  let at = count > 0 ? line.length : -1;
  for (let i = 0; i < count && at > 0; i++) at = line.lastIndexOf(' ', at - 1);
  return at > 0 ? at : -1;
}

/** Whether a token has a number after a space at its end, which is one too many for the line. */
export function endsInNumber(token: string): boolean {
  const last = token.slice(token.lastIndexOf(' ') + 1);
  return last.length < token.length && last !== '' && Number.isFinite(Number(last));
}

/** The numbers after `start`; NaN for what is none. */
export function numbersOf(line: string, start: number): number[] {
  return line
    .slice(start + 1)
    .split(' ')
    .map((digits) => (digits === '' ? Number.NaN : Number(digits)));
}
