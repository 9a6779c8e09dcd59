import { sealed } from '../src/checkpoints/manifest.ts';
import { sha256 } from '../src/checkpoints/sha256.ts';
import type { randomFrom } from './random.ts';

type Random = ReturnType<typeof randomFrom>;
type Bytes = Uint8Array<ArrayBuffer>;

/** A checkpoint's files, which mutations damage in place. */
export type Files = Map<string, Bytes>;

/** Damages a checkpoint; `other` are the files of another one. */
export type Mutation = (files: Files, random: Random, other: ReadonlyMap<string, Bytes>) => unknown;

const MANIFEST = 'checkpoint.json';

const anyFile = (files: Files, random: Random): [name: string, bytes: Bytes] => random.one([...files]);

function flipped(bytes: Bytes, random: Random): Bytes {
  const changed = bytes.slice();
  for (let i = 0; i <= random.below(3); i++) {
    const at = random.below(changed.length);
    changed[at] = changed[at]! ^ (1 << random.below(8));
  }
  return changed;
}

/** Changes the manifest's text and updates its checksum, so that the fields are what is checked. */
const inManifest =
  (change: (text: string, random: Random) => string): Mutation =>
  async (files, random) => {
    const text = new TextDecoder().decode(files.get(MANIFEST));
    const end = text.lastIndexOf(',\n  "checksum"');
    files.set(MANIFEST, await sealed(change(text.slice(0, end), random)));
  };

/** Replaces one of the matches of a pattern by another text. */
const replacing = (pattern: RegExp, texts: readonly string[]): Mutation =>
  inManifest((text, random) => {
    const found = [...text.matchAll(pattern)];
    if (found.length === 0) return text + random.one(texts);
    const { index, 0: word } = random.one(found);
    return text.slice(0, index) + random.one(texts) + text.slice(index + word.length);
  });

const values = [
  ...['null', 'true', '0', '-1', '0.5', '1e400', '9007199254740993', '""', '"NaN"', '[]', '{}', '[[1]]'],
  ...['{"$number":"NaN"}', '{"$number":1}', '{"$number":"NaN","a":1}', '{"__proto__":{"a":1}}', 'NaN', ''],
  ...['{"constructor":null}', '"\\ud800"', `${'['.repeat(9000)}${']'.repeat(9000)}`, '{"a":'.repeat(3000)],
];

/** Damages a file of tensors, and updates its checksum in the manifest. */
const inTensors =
  (change: (bytes: Bytes, random: Random) => Bytes): Mutation =>
  async (files, random, other) => {
    const [name, bytes] = random.one([...files].filter(([file]) => file !== MANIFEST));
    const changed = change(bytes, random);
    files.set(name, changed);
    const before = JSON.stringify({ bytes: bytes.length, sha256: await sha256(bytes) });
    const now = JSON.stringify({ bytes: changed.length, sha256: await sha256(changed) });
    await inManifest((text) => text.replace(before, now))(files, random, other);
  };

export const mutations: Readonly<Record<string, Mutation>> = {
  'bits that are others': (files, random) => {
    const [name, bytes] = anyFile(files, random);
    files.set(name, flipped(bytes, random));
  },
  'bits of the manifest that are others': (files, random) =>
    files.set(MANIFEST, flipped(files.get(MANIFEST)!, random)),
  'a file that is cut off': (files, random) => {
    const [name, bytes] = anyFile(files, random);
    files.set(name, bytes.slice(0, random.below(bytes.length)));
  },
  'a file whose end is zeros': (files, random) => {
    const [name, bytes] = anyFile(files, random);
    files.set(name, bytes.slice().fill(0, random.below(bytes.length)));
  },
  'a file that is longer': (files, random) => {
    const [name, bytes] = anyFile(files, random);
    const longer = new Uint8Array(bytes.length + 1 + random.below(100));
    longer.set(bytes);
    files.set(name, longer);
  },
  'a file that is missing': (files, random) => files.delete(anyFile(files, random)[0]),
  'two files exchanged': (files, random) => {
    const [[a, left], [b, right]] = [anyFile(files, random), anyFile(files, random)];
    files.set(a, right).set(b, left);
  },
  'a file of another checkpoint': (files, random, other) => {
    const [name] = anyFile(files, random);
    files.set(name, other.get(name)!);
  },
  'a manifest of other bytes': async (files, random) => {
    const text = Array.from({ length: random.below(300) }, () => String.fromCharCode(random.below(300)));
    files.set(MANIFEST, await sealed(text.join('')));
  },
  'another value': replacing(/\{[^{}]*\}|\[[^[\]]*\]|"[^"]*"(?!:)|[\d.]+|null/g, values),
  'another name': replacing(/"[^"]*"(?=:)/g, ['"__proto__"', '"$number"', '"a"', '"../a"', '""', '"step"']),
  'another sign': replacing(/[{}[\],:"]/g, ['{', '}', '[', ']', ',', ':', '"', '\\', '', ' ', '\0']),
  'another version': replacing(/(?<="version": )\d+/g, ['2', '3', '0', '-1', '1.5', '"1"', '1e9', 'null']),
  'another format': replacing(/(?<="format": )"[^"]*"/g, ['"pytorch"', '""', '1']),
  'a field taken out': inManifest((text, random) => {
    const lines = text.split(/,?\n/);
    return `{\n${lines
      .toSpliced(1 + random.below(lines.length - 1), 1)
      .slice(1)
      .join(',\n')}`;
  }),
  'another length of a file': replacing(/(?<="bytes":)\d+/g, ['0', '1', '-1', '1e300', '"9"', '99999999999']),
  'another checksum of a file': replacing(/(?<="sha256":)"[^"]*"/g, [`"${'0'.repeat(64)}"`, '""', '0', '{}']),
  'tensors that are others': inTensors(flipped),
  'tensors cut off': inTensors((bytes, random) => bytes.slice(0, random.below(bytes.length))),
};
