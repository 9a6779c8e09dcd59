import { ArgumentError } from '@unroll/backend/errors';

/** Encodings in which line ends cannot be found among the bytes. */
const notInBytes = new Set(['utf-16le', 'utf-16be', 'iso-2022-jp']);

export interface Decoded {
  readonly text: string;
  /** The indices, from 0, of lines with invalid bytes; the text has U+FFFD in their place */
  readonly undecodable: ReadonlySet<number>;
}

const none: ReadonlySet<number> = new Set();

/** Decodes complete lines. */
export class LineDecoder {
  readonly #strict: TextDecoder;
  readonly #lenient: TextDecoder;

  /** @throws when the encoding does not exist */
  constructor(owner: string, label: string) {
    try {
      this.#strict = new TextDecoder(label, { fatal: true, ignoreBOM: true });
    } catch (cause) {
      const fault = `is '${label}'; expected a label that TextDecoder knows, as 'utf-8' or 'latin1'`;
      throw new ArgumentError(owner, 'encoding', fault, { cause });
    }
    this.#lenient = new TextDecoder(label, { ignoreBOM: true });
  }

  /** The standard name of the encoding, for any label */
  get encoding(): string {
    return this.#strict.encoding;
  }

  /** Whether line ends are exactly the bytes of CR and LF */
  get findsLines(): boolean {
    return !notInBytes.has(this.encoding);
  }

  decode(bytes: Uint8Array): Decoded {
    try {
      return { text: this.#strict.decode(bytes), undecodable: none };
    } catch {
      return this.#lineByLine(bytes);
    }
  }

  #lineByLine(bytes: Uint8Array): Decoded {
    const undecodable = new Set<number>();
    let text = '';
    let start = 0;
    for (let line = 0; start < bytes.length; line++) {
      const end = firstLineEnd(bytes, start);
      const row = bytes.subarray(start, end);
      try {
        text += this.#strict.decode(row);
      } catch {
        undecodable.add(line);
        text += this.#lenient.decode(row);
      }
      start = end;
    }
    return { text, undecodable };
  }
}

function firstLineEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== 10 && bytes[at] !== 13) at++;
  return at + (bytes[at] === 13 && bytes[at + 1] === 10 ? 2 : 1);
}
