/**
 * GPT-2's pieces: a word with the space before it, a number, other characters, white space.
 *
 * @see https://github.com/openai/gpt-2/blob/master/src/encoder.py
 */
export const gpt2Pattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** Cuts a text at the matches of the pattern. The parts between matches are pieces too, so that no text is lost. */
export function piecesOf(text: string, pattern: RegExp): string[] {
  const pieces: string[] = [];
  let end = 0;
  // Reset the position: another search with the same object may have moved it.
  pattern.lastIndex = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) pieces.push(text.slice(end, match.index));
    if (match[0] !== '') pieces.push(match[0]);
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}
