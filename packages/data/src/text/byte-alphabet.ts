/**
 * A printable character for each byte, as GPT-2 writes tokens that may be parts of characters: those that Latin-1 prints stand for
 * themselves, the others for U+0100 and on. A space is `Ġ`.
 *
 * @see https://github.com/openai/gpt-2/blob/master/src/encoder.py
 */
const characterOfByte: readonly string[] = alphabet();

/** All characters of the alphabet by code point, the first 256 tokens. */
export const byteTokens: readonly string[] = [...characterOfByte].sort();

const byteOfCharacter = new Map(characterOfByte.map((character, byte) => [character, byte]));

const encoder = new TextEncoder();
// A mark of byte order is text, where it is not at a file's beginning.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A text's bytes in UTF-8, a character each. */
export function bytesAsCharacters(text: string): string {
  let characters = '';
  for (const byte of encoder.encode(text)) characters += characterOfByte[byte];
  return characters;
}

/** The text of bytes as characters; other characters stand for themselves. Bytes that are no UTF-8 become U+FFFD. */
export function textOfCharacters(characters: string): string {
  const bytes: number[] = [];
  for (const character of characters) {
    const byte = byteOfCharacter.get(character);
    if (byte === undefined) bytes.push(...encoder.encode(character));
    else bytes.push(byte);
  }
  return decoder.decode(Uint8Array.from(bytes));
}

function alphabet(): string[] {
  let other = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printed = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    return String.fromCharCode(printed ? byte : other++);
  });
}
