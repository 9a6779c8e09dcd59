import { describe, expect, it } from 'vitest';
import { entry, fileOf } from '../test/file-of.ts';
import { openSafetensors, readSafetensors, SafetensorsError, type SafetensorsFault } from './index.ts';

const bytes = (...numbers: number[]) => new Uint8Array(numbers);
const claiming = (length: bigint, size: number) => {
  const file = new Uint8Array(size).fill(0x20);
  new DataView(file.buffer).setBigUint64(0, length, true);
  return file;
};
const one = (fields: string) => `{"a":${fields}}`;
const f32 = (shape: string, offsets = '[0,4]') =>
  one(`{"dtype":"F32","shape":${shape},"data_offsets":${offsets}}`);
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

/** The broken rule, the file, its fault and the words of the error. */
const broken: readonly [string, Uint8Array, SafetensorsFault, string][] = [
  ['no byte at all', bytes(), 'too-short', 'there are 0 bytes; expected at least 8'],
  ['7 bytes', new Uint8Array(7), 'too-short', 'there are 7 bytes'],
  ['a header without a byte', fileOf(''), 'header-start', "the header is empty; expected '{'"],
  ['a header over the limit', claiming(100_000_001n, 64), 'header-too-large', 'expected at most 100000000'],
  [
    'a header of 2⁶⁴ − 1 bytes',
    claiming(2n ** 64n - 1n, 64),
    'header-too-large',
    '18446744073709551615 bytes',
  ],
  [
    'a header at the limit in a short file',
    claiming(100_000_000n, 64),
    'header-truncated',
    'the file has 56',
  ],
  ['a header that begins with a space', fileOf(' {}'), 'header-start', 'begins with the byte 32'],
  ['a header that begins with a mark of byte order', fileOf('\ufeff{}'), 'header-start', 'the byte 239'],
  ['a header that is a list', fileOf('[]'), 'header-start', 'the byte 91'],
  ['bytes that are not UTF-8', fileOf(bytes(0x7b, 0x22, 0xff, 0x22)), 'header-encoding', 'is not UTF-8'],
  ['half a surrogate pair', fileOf('{"\\ud800":{}}'), 'header-encoding', 'half a surrogate pair'],
  ['a header that ends early', fileOf('{"a":'), 'header-syntax', 'the header ends at character 5'],
  ['a string that does not end', fileOf('{"a\\"'), 'header-syntax', 'ends inside a string'],
  ['a line break in a string', fileOf('{"a\n":{}}'), 'header-syntax', 'has a string that is not JSON'],
  ['an escape that there is not', fileOf('{"\\x":{}}'), 'header-syntax', 'has a string that is not JSON'],
  [
    'text after the header’s object',
    fileOf('{}x'),
    'header-syntax',
    'has "x" at character 2; expected its end',
  ],
  ['zeros as padding', fileOf(`{}${'\0'.repeat(6)}`), 'header-syntax', 'has "\\u0000" at character 2'],
  [
    'a comma at the end',
    fileOf('{"a":{},}'),
    'entry',
    "tensor 'a' has no dtype and no shape and no data_offsets",
  ],
  ['an entry that is a list', fileOf(one('[]')), 'header-syntax', "expected tensor 'a'"],
  ['an entry that is null', fileOf(one('null')), 'header-syntax', "expected tensor 'a'"],
  ['an entry without a dtype', fileOf(one('{"shape":[],"data_offsets":[0,0]}')), 'entry', 'has no dtype'],
  ['an entry without a shape', fileOf(one('{"dtype":"F32","data_offsets":[0,0]}')), 'entry', 'has no shape'],
  ['an entry without offsets', fileOf(one('{"dtype":"F32","shape":[]}')), 'entry', 'has no data_offsets'],
  [
    'another field',
    fileOf(one('{"dtype":"U8","order":"C"}')),
    'entry',
    "has the field 'order'; expected dtype",
  ],
  ['a dtype that is a number', fileOf(one('{"dtype":32}')), 'header-syntax', "the dtype of tensor 'a'"],
  [
    'a dtype that there is not',
    fileOf(one('{"dtype":"F31","shape":[1],"data_offsets":[0,4]}'), 4),
    'unknown-dtype',
    "'F31'",
  ],
  [
    'a dtype in lower case',
    fileOf(one('{"dtype":"f32","shape":[1],"data_offsets":[0,4]}'), 4),
    'unknown-dtype',
    "'f32'",
  ],
  [
    'an object’s own word as dtype',
    fileOf(one('{"dtype":"constructor","shape":[],"data_offsets":[0,0]}')),
    'unknown-dtype',
    'constructor',
  ],
  ['a shape that is a number', fileOf(f32('4')), 'header-syntax', "the shape of tensor 'a' as an array"],
  ['a size that is negative', fileOf(f32('[-1]')), 'header-syntax', 'expected a whole number'],
  ['a size with a fraction', fileOf(f32('[1.5]')), 'header-syntax', 'expected a whole number'],
  ['a size with an exponent', fileOf(f32('[1e2]')), 'header-syntax', 'expected a whole number'],
  ['a size with a zero before it', fileOf(f32('[01]')), 'header-syntax', 'expected a whole number'],
  ['a size that is a string', fileOf(f32('["1"]')), 'header-syntax', 'expected a whole number'],
  ['a shape in a shape', fileOf(f32('[[1]]')), 'header-syntax', 'expected a whole number'],
  ['65 axes', fileOf(f32(`[${Array(65).fill(1)}]`)), 'too-many-axes', 'has over 64 numbers'],
  ['a size over 2⁵³ − 1', fileOf(f32('[9007199254740992]')), 'overflow', 'expected at most 2⁵³ − 1'],
  ['a size of a thousand digits', fileOf(f32(`[${'9'.repeat(1000)}]`)), 'overflow', '99999999999999999999…'],
  [
    'sizes whose product overflows',
    fileOf(f32('[4294967296,4294967296,4294967296]')),
    'overflow',
    'of over 2⁵³ − 1 bits',
  ],
  [
    'sizes whose bytes overflow to 4',
    fileOf(f32('[4611686018427388,2049]')),
    'overflow',
    'of over 2⁵³ − 1 bits',
  ],
  ['one offset', fileOf(f32('[1]', '[0]')), 'entry', 'has 1 data_offsets; expected 2'],
  ['three offsets', fileOf(f32('[1]', '[0,4,8]')), 'entry', 'has 3 data_offsets'],
  ['offsets that go backwards', fileOf(f32('[1]', '[4,0]')), 'size-mismatch', 'has the bytes 4 to 0'],
  ['a range shorter than the shape', fileOf(f32('[2]'), 4), 'size-mismatch', 'F32 of shape [2] has 8 bytes'],
  [
    'a range longer than the shape',
    fileOf(f32('[]', '[0,8]'), 8),
    'size-mismatch',
    'F32 of shape [] has 4 bytes',
  ],
  [
    'half a byte',
    fileOf(one('{"dtype":"F4","shape":[1],"data_offsets":[0,1]}'), 1),
    'partial-byte',
    'has 4 bits',
  ],
  [
    'a hole at the start',
    fileOf(f32('[1]', '[4,8]'), 8),
    'hole',
    "tensor 'a' begins at byte 4; the bytes from 0 on",
  ],
  [
    'a hole in the middle',
    fileOf(`{"a":${entry('U8', [2], 0, 2)},"b":${entry('U8', [2], 3, 5)}}`, 5),
    'hole',
    "'b' begins at byte 3",
  ],
  [
    'an overlap',
    fileOf(`{"a":${entry('U8', [2], 0, 2)},"b":${entry('U8', [2], 1, 3)}}`, 3),
    'overlap',
    "'b' begins at byte 1; tensor 'a' before it ends at 2",
  ],
  [
    'two tensors over the same bytes',
    fileOf(`{"a":${entry('U8', [2], 0, 2)},"b":${entry('U8', [2], 0, 2)}}`, 2),
    'overlap',
    'ends at 2',
  ],
  [
    'a file that ends early',
    fileOf(f32('[1]'), 3),
    'truncated',
    'there are 3 bytes after the header; its tensors have 4',
  ],
  [
    'a file that goes on',
    fileOf(f32('[1]'), 5),
    'trailing-bytes',
    'there are 5 bytes after the header; its tensors have only 4',
  ],
  ['bytes of no tensor', fileOf('{}', 1), 'trailing-bytes', 'there are 1 bytes'],
  [
    'a tensor that comes twice',
    fileOf(`{"a":${entry('U8', [0], 0, 0)},"a":${entry('U8', [0], 0, 0)}}`),
    'duplicate-name',
    "has the name 'a' twice",
  ],
  [
    'the same name in escapes',
    fileOf(`{"a":${entry('U8', [0], 0, 0)},"\\u0061":${entry('U8', [0], 0, 0)}}`),
    'duplicate-name',
    "has the name 'a' twice",
  ],
  [
    'a field that comes twice',
    fileOf(one('{"dtype":"U8","dtype":"I8","shape":[0],"data_offsets":[0,0]}')),
    'duplicate-name',
    "tensor 'a' has the name 'dtype' twice",
  ],
  [
    'metadata that comes twice',
    fileOf('{"__metadata__":{},"__metadata__":{}}'),
    'duplicate-name',
    '__metadata__',
  ],
  [
    'a word of the metadata twice',
    fileOf('{"__metadata__":{"a":"1","a":"2"}}'),
    'duplicate-name',
    "__metadata__ has the name 'a' twice",
  ],
  [
    'a number in the metadata',
    fileOf('{"__metadata__":{"epoch":3}}'),
    'header-syntax',
    '__metadata__ holds only strings',
  ],
  [
    'an object in the metadata',
    fileOf('{"__metadata__":{"a":{}}}'),
    'header-syntax',
    '__metadata__ holds only strings',
  ],
  ['metadata that are null', fileOf('{"__metadata__":null}'), 'header-syntax', 'expected __metadata__'],
  ['lists in lists', fileOf(one(nested(1_000_000))), 'header-syntax', "expected tensor 'a'"],
  ['lists in lists of a shape', fileOf(f32(nested(1_000_000))), 'header-syntax', 'expected a whole number'],
  [
    'objects in objects',
    fileOf(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
    'entry',
    "has the field 'a'",
  ],
];

const errorOf = async (read: () => unknown) => {
  try {
    await read();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe.each([
  ['read at once', (file: Uint8Array) => readSafetensors(file)],
  ['opened', (file: Uint8Array) => openSafetensors(new Blob([new Uint8Array(file)]))],
])('a file that is %s', (_, read) => {
  it.each(broken)('is rejected with %s', async (_, file, reason, words) => {
    const error = await errorOf(() => read(file));
    expect(error).toBeInstanceOf(SafetensorsError);
    expect(error).toMatchObject({ name: 'SafetensorsError', reason });
    expect((error as Error).message).toContain(words);
  });
});
