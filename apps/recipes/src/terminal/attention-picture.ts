const SHADES = [...' ░▒▓█'];

/**
 * How much each step of what was said (down) attends to each symbol of what was read (across), in five shades.
 *
 * @param read the symbols that were read, each of one character
 * @param said the symbols that were said
 * @param attention for each of `said` its weight on each of `read`
 */
export function attentionPicture(
  read: readonly string[],
  said: readonly string[],
  attention: readonly ArrayLike<number>[],
): string[] {
  const width = Math.max(0, ...said.map((symbol) => symbol.length)) + 2;
  const rows = said.map((symbol, step) => {
    const cells = read.map((_, place) => shadeOf(attention[step]![place]!).repeat(2));
    return `${symbol.padEnd(width)}${cells.join(' ')}`.trimEnd();
  });
  return [
    ' '.repeat(width) +
      read
        .map((symbol) => symbol.padEnd(2))
        .join(' ')
        .trimEnd(),
    ...rows,
  ];
}

const shadeOf = (weight: number): string =>
  SHADES[Math.min(Math.floor(weight * SHADES.length), SHADES.length - 1)]!;
