import { quoted, type SafetensorsError, type SafetensorsFault } from './format-error.ts';

/** Makes the error of a faulty file. */
export type Fault = (
  reason: SafetensorsFault,
  words: string,
  tensor?: string,
  cause?: unknown,
) => SafetensorsError;

/**
 * Parses JSON of a known form from left to right. `JSON.parse` hides repeated keys and makes objects of any input. This
 * scanner stops at the first invalid character, so that hostile text takes neither memory nor stack.
 */
export class JsonScanner {
  readonly #text: string;
  readonly #noun: string;
  readonly #syntax: SafetensorsFault;
  readonly #fault: Fault;
  #at = 0;

  /** @param noun names the text in errors: `the header` */
  constructor(text: string, noun: string, syntax: SafetensorsFault, fault: Fault) {
    this.#text = text;
    this.#noun = noun;
    this.#syntax = syntax;
    this.#fault = fault;
  }

  /** Parses an object. Calls `field` with each key, to read its value. */
  object(what: string, field: (key: string) => void): void {
    this.#expect('{', what);
    if (this.#takes('}')) return;
    const seen = new Set<string>();
    do {
      const key = this.string('a name in double quotes');
      if (seen.has(key)) {
        throw this.#fault('duplicate-name', `${what} has the name ${quoted(key)} twice`, key);
      }
      seen.add(key);
      this.#expect(':', "':'");
      field(key);
    } while (this.#takes(','));
    this.#expect('}', "',' or '}'");
  }

  /** Parses an array. Calls `element` at the beginning of each element, to read it. */
  array(what: string, element: (index: number) => void): void {
    this.#expect('[', what);
    if (this.#takes(']')) return;
    let index = 0;
    do element(index++);
    while (this.#takes(','));
    this.#expect(']', "',' or ']'");
  }

  /** Parses a map of strings to strings. */
  strings(what: string, value: string): Map<string, string> {
    const map = new Map<string, string>();
    this.object(what, (key) => map.set(key, this.string(value)));
    return map;
  }

  string(what: string): string {
    this.#expect('"', what);
    const start = this.#at - 1;
    let end = this.#text.indexOf('"', this.#at);
    while (end >= 0 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end < 0) throw this.#fault(this.#syntax, `${this.#noun} ends inside a string`);
    this.#at = end + 1;
    const plain = this.#text.slice(start + 1, end);
    if (!ESCAPES.test(plain)) return plain;
    const value = this.#parsed(`"${plain}"`);
    if (/\p{Surrogate}/u.test(value)) {
      throw this.#fault('header-encoding', `${this.#noun} has half a surrogate pair at character ${start}`);
    }
    return value;
  }

  #parsed(literal: string): string {
    try {
      return JSON.parse(literal);
    } catch (cause) {
      const { message } = cause as SyntaxError;
      throw this.#fault(this.#syntax, `${this.#noun} has a string that is not JSON: ${message}`);
    }
  }

  #isEscaped(at: number): boolean {
    let before = at;
    while (this.#text.charCodeAt(before - 1) === BACKSLASH) before--;
    return (at - before) % 2 === 1;
  }

  /** Parses a whole number of at least 0, in digits. */
  whole(what: string): number {
    this.#skipSpace();
    const start = this.#at;
    while (isDigit(this.#text.charCodeAt(this.#at))) this.#at++;
    const length = this.#at - start;
    const leadingZero = length > 1 && this.#text[start] === '0';
    if (length === 0 || leadingZero || /[.eE]/.test(this.#text[this.#at] ?? '')) {
      this.#at = start;
      throw this.#unexpected(what);
    }
    const number = length > 16 ? Number.POSITIVE_INFINITY : Number(this.#text.slice(start, this.#at));
    if (!Number.isSafeInteger(number)) {
      const digits = this.#text.slice(start, start + 20);
      throw this.#fault('overflow', `${this.#noun} has the number ${digits}…; expected at most 2⁵³ − 1`);
    }
    return number;
  }

  /** Skips a value of a text that is known to be JSON. */
  skipValue(): void {
    let depth = 0;
    do {
      this.#skipSpace();
      const character = this.#text[this.#at] ?? '';
      if (character === '"') this.string('a string');
      else this.#at++;
      if ('{['.includes(character)) depth++;
      if ('}]'.includes(character)) depth--;
    } while (depth > 0);
    while (/[\w.+-]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  /** Throws unless only white space is left. */
  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected('its end');
  }

  #takes(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string, what: string): void {
    if (!this.#takes(character)) throw this.#unexpected(what);
  }

  #unexpected(expected: string): SafetensorsError {
    const character = this.#text[this.#at];
    const came = character === undefined ? 'ends' : `has ${JSON.stringify(character)}`;
    return this.#fault(this.#syntax, `${this.#noun} ${came} at character ${this.#at}; expected ${expected}`);
  }

  #skipSpace(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
  }
}

const BACKSLASH = 0x5c;

/** The characters that JSON must escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON forbids in a string
const ESCAPES = /[\\\u0000-\u001f]/;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
