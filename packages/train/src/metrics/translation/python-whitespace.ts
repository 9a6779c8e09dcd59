/**
 * A character that Python's `str.split` and `str.strip` treat as white space: those of `\s` except U+FEFF, and also
 * U+001C…U+001F and U+0085.
 */
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const spaces = new RegExp(`${SPACE}+`, 'g');
const leadingSpaces = new RegExp(`^${SPACE}+`);
const space = new RegExp(SPACE);

/** The parts between white space, as `text.split()`. */
export const splitAtSpaces = (text: string): string[] => text.split(spaces).filter((word) => word !== '');

/** As `text.rstrip()`. */
export function withoutTrailingSpaces(text: string): string {
  let end = text.length;
  // A pattern that ends in `$` would scan each run of spaces again from each of its characters.
  while (end > 0 && space.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** As `text.strip()`. */
export const withoutOuterSpaces = (text: string): string =>
  withoutTrailingSpaces(text).replace(leadingSpaces, '');

/** The characters that are not white space, by code point. */
export const charactersBetweenSpaces = (text: string): string[] => [...text.replace(spaces, '')];
