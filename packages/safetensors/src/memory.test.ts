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

/** Headers that would take many times their length as objects, or that claim what they do not hold. */
const hostile: readonly [string, string][] = [
  ['lists in lists', `{"a":${filled('[')}`],
  ['lists beside lists', `{"a":[${filled('[],')}`],
  ['objects in objects', filled('{"":')],
  ['axes', `{"a":{"dtype":"U8","shape":[${filled('1,')}`],
  ['digits', `{"a":{"dtype":"U8","shape":[${filled('9')}]`],
  ['spaces', `{${filled(' ')}`],
  ['backslashes', `{"${filled('\\\\')}":`],
  ['quotes', `{"${filled('\\"')}`],
  [
    'tensors of many elements',
    `{${many((i) => `"${i}":{"dtype":"U8","shape":[9007199254740],"data_offsets":[0,9007199254740]}`)}}`,
  ],
];

/** Files that are right, and are nothing but a header. */
const right: readonly [string, string][] = [
  ['words of metadata', `{"__metadata__":{${many((i) => `"${i}":""`)}}}`],
  ['tensors', `{${many((i) => `"${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`)}}`],
];

/** What reading a file leaves, its error included, and the processor time that it takes. */
function left(file: Uint8Array) {
  let result: unknown;
  let time = { user: 0, system: 0 };
  collectGarbage();
  const { arrays, heap } = allocatedBy(() => {
    const start = process.cpuUsage();
    try {
      result = readSafetensors(file);
    } catch (error) {
      result = error;
    }
    time = process.cpuUsage(start);
    collectGarbage();
  });
  return { result, bytes: arrays + heap, seconds: (time.user + time.system) / 1e6 };
}

describe(`a header of ${MEGABYTES} MB`, () => {
  it.each(hostile)(
    'of nothing but %s is refused at once, and in less than four times its bytes',
    (_, header) => {
      const file = fileOf(header);
      const { result, bytes, seconds } = left(file);
      expect(result).toBeInstanceOf(SafetensorsError);
      expect(bytes).toBeLessThanOrEqual(4 * file.length);
      expect(seconds).toBeLessThan(1);
    },
  );

  it.each(right)('of nothing but %s is read into objects of at most eight times its bytes', (_, header) => {
    const file = fileOf(header);
    const { result, bytes } = left(file);
    expect(result).not.toBeInstanceOf(Error);
    expect(bytes).toBeLessThanOrEqual(8 * file.length);
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

it('the measure sees arrays and objects that are larger than four times a file', () => {
  const kept: unknown[] = [];
  collectGarbage();
  expect(allocatedBy(() => kept.push(new Uint8Array(2 ** 20))).arrays).toBe(2 ** 20);
  const objects = () => kept.push(Array.from({ length: 2_000_000 }, () => []));
  expect(allocatedBy(objects).heap).toBeGreaterThan(4 * MEGABYTES * 1e6);
  expect(kept).toHaveLength(2);
});
