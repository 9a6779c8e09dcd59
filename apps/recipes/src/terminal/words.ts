/** `81.3 %` */
export const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;

/** `1 thread`, `4,900 words` */
export const counted = (count: number, thing: string): string =>
  `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`;

/** Replaces characters on which a terminal would act */
export const printable = (text: string): string => text.replace(/\p{C}/gu, '�');

/** A line of a table: words, and aligned figures. */
export const row = (words: string, ...figures: string[]): string =>
  `  ${words.padEnd(38)}${figures.map((figure) => figure.padStart(11)).join('')}`;
