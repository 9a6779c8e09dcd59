import { describe, expect, it } from 'vitest';
import { allocatedBy, collectGarbage } from '../test/allocated.ts';
import { fileOf } from '../test/file-of.ts';
import { readSafetensors, SafetensorsError } from './index.ts';

const MEGABYTES = 10;
const filled = (piece: string) => piece.repeat(Math.floor((MEGABYTES * 1e6) / piece.length));
const many = (piece: (i: string) => string) =>
  Array.from({ length: Math.floor((MEGABYTES * 1e6) / (piece('000000').length + 1)) }, (_, i) =>
    piece(String(i).padStart(6, '0')),
  ).join();

/** Headers that would take many times their length as objects, or that claim more than the file holds. */
const hostile: readonly [string, string][] = [
  ['lists in lists', `{"a":${filled('[')}`],
  ['lists beside lists', `{"a":[${filled('[],')}`],
  ['objects in objects', filled('{"":')],
  ['axes', `{"a":{"dtype":"U8","shape":[${filled('1,')}`],
  ['digits', `{"a":{"dtype":"U8","shape":[${filled('9')}]`],
  ['spaces', `{${filled(' ')}`],
  ['backslashes', `{"${filled('\\\\')}":`],
  ['quotes', `{"${filled('\\"')}`],
];

const empty = many((i) => `"${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`);
const words = many((i) => `"${i}":""`);

/** Valid and invalid headers in which every name is valid, so that each becomes an object. */
const ofNames: readonly [string, string, boolean][] = [
  ['words of metadata', `{"__metadata__":{${words}}}`, true],
  ['words of metadata, without an end', `{"__metadata__":{${words}`, false],
  ['tensors', `{${empty}}`, true],
  ['tensors, without an end', `{${empty}`, false],
  [
    'tensors of many elements',
    `{${many((i) => `"${i}":{"dtype":"U8","shape":[9007199254740],"data_offsets":[0,9007199254740]}`)}}`,
    false,
  ],
];

/** The result of reading a file, the memory that it takes, and its processor time. */
function reading(file: Uint8Array, read: (file: Uint8Array) => unknown = readSafetensors) {
  let result: unknown;
  collectGarbage();
  const start = process.cpuUsage();
  const { arrays, heap } = allocatedBy(() => {
    try {
      result = read(file);
    } catch (error) {
      result = error;
    }
  });
  const { user, system } = process.cpuUsage(start);
  return { result, bytes: arrays + heap, seconds: (user + system) / 1e6 };
}

describe(`a header of ${MEGABYTES} MB`, () => {
  it.each(hostile)(
    'of nothing but %s is rejected at once, and takes less than four times its bytes until then',
    (_, header) => {
      const file = fileOf(header);
      const { result, bytes, seconds } = reading(file);
      expect(result).toBeInstanceOf(SafetensorsError);
      expect(bytes).toBeLessThanOrEqual(4 * file.length);
      expect(seconds).toBeLessThan(1);
    },
  );

  it.each(ofNames)('of nothing but %s takes at most twenty times its bytes', (_, header, isRight) => {
    const file = fileOf(header);
    const { result, bytes } = reading(file);
    expect(result instanceof SafetensorsError).toBe(!isRight);
    expect(bytes).toBeLessThanOrEqual(20 * file.length);
  });

  it('that claims 2⁵⁰ − 1 elements in a file of 90 bytes allocates none', () => {
    const most = 2 ** 50 - 1;
    const file = fileOf(`{"a":{"dtype":"U8","shape":[${most}],"data_offsets":[0,${most}]}}`);
    const { arrays } = allocatedBy(() => {
      expect(() => readSafetensors(file)).toThrow(
        `there are 0 bytes after the header; its tensors have ${most}`,
      );
    });
    expect(arrays).toBe(0);
  });
});

/** Readers that take too much memory, and leave nothing but an error. */
const wasteful: readonly [string, () => void][] = [
  ['an array', () => new Uint8Array(500e6)],
  [
    'arrays, each garbage at once',
    () => {
      for (let i = 0; i < 500; i++) new Uint8Array(1e6);
    },
  ],
  ['objects', () => Array.from({ length: 2_000_000 }, () => [])],
];

it.each(wasteful)('the measurement detects a reader that throws away %s before it rejects', (_, waste) => {
  const file = fileOf(filled(' '));
  const { result, bytes } = reading(file, () => {
    waste();
    // All garbage is gone when the memory is read at the end.
    collectGarbage();
    throw new SafetensorsError('header-syntax', 'the header is wrong');
  });
  expect(result).toBeInstanceOf(SafetensorsError);
  expect(bytes).toBeGreaterThan(4 * file.length);
});
