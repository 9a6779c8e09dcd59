const SHADES = [...' ░▒▓█'];

/**
 * Draws the attention of each output symbol (down) to each input symbol (across), in five shades.
 *
 * @param read the input symbols, each of one character
 * @param said the output symbols
 * @param attention for each output symbol its weight on each input symbol
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
