/**
 * A printable character for each byte, as in GPT-2, because tokens may be parts of characters. Bytes that are printable
 * in Latin-1 stand for themselves, the others are written as U+0100 and following. A space is `Ġ`.
 *
 * @see https://github.com/openai/gpt-2/blob/master/src/encoder.py
 */
const characterOfByte: readonly string[] = alphabet();

/** All characters of the alphabet by code point, which are the first 256 tokens. */
export const byteTokens: readonly string[] = [...characterOfByte].sort();

const byteOfCharacter = new Map(characterOfByte.map((character, byte) => [character, byte]));

const encoder = new TextEncoder();
// Keep a byte order mark: inside a text it is text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A text's UTF-8 bytes, one character each. */
export function bytesAsCharacters(text: string): string {
  let characters = '';
  for (const byte of encoder.encode(text)) characters += characterOfByte[byte];
  return characters;
}

/** Decodes characters of the alphabet to a text; other characters are kept. Bytes that are not UTF-8 become U+FFFD. */
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
