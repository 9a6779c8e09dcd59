const shades = [...' ░▒▓█'];

/** How much each character of what was said (down) attends to each of what was read (across). */
export function attentionPicture(read: string, said: string, attention: readonly Float32Array[]): string {
  const rows = [...said].map((character, step) => {
    const weights = [...read].map((_, place) => attention[step]![place]!);
    return `${character} ${weights.map((weight) => shades[Math.min(Math.floor(weight * 5), 4)]!.repeat(2)).join('')}`;
  });
  return [`  ${[...read].map((character) => `${character} `).join('')}`, ...rows, ''].join('\n');
}
