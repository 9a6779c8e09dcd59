import { fileOf } from './file-of.ts';
import type { Random } from './random.ts';

/** Makes a damaged file from a good one. */
export type Mutation = (file: Uint8Array, random: Random) => Uint8Array;

const headerLengthOf = (file: Uint8Array) =>
  Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));

function splice(bytes: Uint8Array, at: number, removed: number, inserted: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length - removed + inserted.length);
  result.set(bytes.subarray(0, at));
  result.set(inserted, at);
  result.set(bytes.subarray(at + removed), at + inserted.length);
  return result;
}

/** Changes the header's text and updates its length, so that the text is what is checked. */
const inHeader =
  (change: (text: string, random: Random) => string): Mutation =>
  (file, random) => {
    const end = 8 + headerLengthOf(file);
    const text = new TextDecoder().decode(file.subarray(8, end));
    const changed = fileOf(change(text, random), file.length - end);
    changed.set(file.subarray(end), changed.length - (file.length - end));
    return changed;
  };

/** Replaces one of the matches of a pattern by another word. */
const replacing = (pattern: RegExp, words: readonly string[]): Mutation =>
  inHeader((text, random) => {
    const found = [...text.matchAll(pattern)];
    if (found.length === 0) return `${text}${random.one(words)}`;
    const { index, 0: word } = random.one(found);
    return text.slice(0, index) + random.one(words) + text.slice(index + word.length);
  });

const numbers = [
  ...[
    '0',
    '1',
    '-1',
    '-0',
    '1.0',
    '1e3',
    '1e308',
    '01',
    '4294967296',
    '9007199254740991',
    '9007199254740992',
  ],
  ...['18446744073709551615', '9'.repeat(400), '""', 'null', '[]', '{}', '[[1]]', 'true', 'NaN', ''],
];
const values = [
  'null',
  '{}',
  '[]',
  '"F32"',
  '0',
  `${'['.repeat(5000)}${']'.repeat(5000)}`,
  '{"a":'.repeat(3000),
];
const lengths = [
  0n,
  1n,
  7n,
  8n,
  2n ** 31n,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
  100_000_000n,
  99_999_999n,
];

export const mutations: Readonly<Record<string, Mutation>> = {
  'bytes that are others': (file, random) => {
    const changed = file.slice();
    for (let i = 0; i <= random.below(4); i++) changed[random.below(changed.length)] = random.below(256);
    return changed;
  },
  'a bit that is another, in the header': (file, random) => {
    const changed = file.slice();
    const at = random.below(Math.min(8 + headerLengthOf(file), file.length));
    changed[at] = changed[at]! ^ (1 << random.below(8));
    return changed;
  },
  'the end cut off': (file, random) => file.slice(0, random.below(file.length)),
  'the start cut off': (file, random) => file.slice(1 + random.below(16)),
  'bytes put in': (file, random) => {
    const inserted = Uint8Array.from({ length: 1 + random.below(16) }, () => random.below(256));
    return splice(file, random.below(file.length + 1), 0, inserted);
  },
  'bytes taken out': (file, random) => {
    const removed = 1 + random.below(8);
    return splice(file, random.below(file.length - removed), removed, new Uint8Array(0));
  },
  'another length of the header': (file, random) => {
    const changed = file.slice();
    const length = random.below(2) ? random.one(lengths) : BigInt(random.below(2 * file.length));
    new DataView(changed.buffer).setBigUint64(0, length, true);
    return changed;
  },
  'another number': replacing(/\d+/g, numbers),
  'another value': replacing(/\{[^{}]*\}|\[[^[\]]*\]|"[^"]*"/g, values),
  'another sign': replacing(/[{}[\],:"]/g, [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '',
    ' ',
    '\0',
    '\ud7ff',
  ]),
  'another dtype': replacing(/"(?:[FIU]|BF)\d+"|"BOOL"/g, [
    '"F8_E4M3"',
    '"F4"',
    '"C64"',
    '"F31"',
    '"BOOL"',
    '"I64"',
    '"U8"',
  ]),
  'an entry twice': inHeader((text, random) => {
    const entries = [...text.matchAll(/"[^"]*":\{"dtype[^}]*\}/g)].map(([entry]) => entry);
    return entries.length === 0 ? `${text}{}` : text.replace('{', `{${random.one(entries)},`);
  }),
  'two numbers exchanged': inHeader((text, random) => {
    const found = [...text.matchAll(/\d+/g)];
    if (found.length < 2) return text.slice(1);
    const i = random.below(found.length - 1);
    const [a, b] = [found[i]!, found[i + 1]!];
    const between = text.slice(a.index + a[0].length, b.index);
    return text.slice(0, a.index) + b[0] + between + a[0] + text.slice(b.index + b[0].length);
  }),
  'a long number': inHeader((text, random) => text.replace(/\d+/, '7'.repeat(1 + random.below(20_000)))),
  'many axes': inHeader((text, random) => text.replace('[', `[${'1,'.repeat(random.below(20_000))}`)),
  'many entries': inHeader((text, random) => {
    const empty = Array.from(
      { length: random.below(300) },
      (_, i) => `"e${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},`,
    );
    return text.replace('{', `{${empty.join('')}`);
  }),
};
