import { describe, expect, it } from 'vitest';
import { readSafetensors, type StoredTensor, safetensorsChunks, writeSafetensors } from './index.ts';

const f32 = (...data: number[]): StoredTensor => ({
  dtype: 'F32',
  shape: [data.length],
  data: new Float32Array(data),
});
const u8 = (...data: number[]): StoredTensor => ({
  dtype: 'U8',
  shape: [data.length],
  data: new Uint8Array(data),
});
const headerOf = (file: Uint8Array) => {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return new TextDecoder().decode(file.subarray(8, 8 + length));
};

describe('a file', () => {
  it('matches the specification, byte by byte', () => {
    const file = writeSafetensors({
      'attn.0': { dtype: 'F32', shape: [1, 2], data: new Float32Array([1, 2]) },
    });
    const header = '{"attn.0":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}   ';
    expect([...file]).toEqual([
      ...[header.length, 0, 0, 0, 0, 0, 0, 0],
      ...new TextEncoder().encode(header),
      ...[0, 0, 0x80, 0x3f, 0, 0, 0, 0x40],
    ]);
  });

  it('has wide dtypes first, then names in the order of UTF-8', () => {
    const file = writeSafetensors({
      b: u8(1),
      ﬀ: f32(1),
      '😀': f32(2),
      a: u8(2),
      half: { dtype: 'F16', shape: [1], data: new Uint16Array(1) },
      long: { dtype: 'I64', shape: [1], data: new BigInt64Array(1) },
      a1: f32(3),
    });
    expect([...readSafetensors(file).tensors.keys()]).toEqual(['long', 'a1', 'ﬀ', '😀', 'half', 'a', 'b']);
  });

  it('has its metadata first, and its tensors at a multiple of 8, whatever the names', () => {
    for (let length = 0; length < 9; length++) {
      const header = headerOf(
        writeSafetensors({ ['n'.repeat(length)]: f32(1) }, { metadata: { format: 'pt' } }),
      );
      expect(header).toMatch(/^\{"__metadata__":\{"format":"pt"\},"n*":\{.*\}\} *$/);
      expect(header.length % 8).toBe(0);
    }
  });

  it('has empty metadata when they are given empty, and none when they are not given', () => {
    expect(headerOf(writeSafetensors({}, { metadata: {} }))).toBe('{"__metadata__":{}}     ');
    expect(headerOf(writeSafetensors({}))).toBe('{}      ');
  });

  it('holds the bytes of a view, and not the buffer around it', () => {
    const data = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
    const { tensors } = readSafetensors(writeSafetensors({ a: { dtype: 'F32', shape: [2], data } }));
    expect(tensors.get('a')!.data).toEqual(new Float32Array([1, 2]));
  });

  it('consists of chunks that are the tensors’ own bytes', () => {
    const tensors = { b: f32(1, 2), a: u8(3) };
    const chunks = safetensorsChunks(tensors);
    expect(chunks[1]!.buffer).toBe(tensors.b.data.buffer);
    expect(Buffer.concat(chunks)).toEqual(Buffer.from(writeSafetensors(tensors)));
  });

  it('with a header over the limit is not written', () => {
    const metadata = { text: 'x'.repeat(100_000_000) };
    expect(() => writeSafetensors({}, { metadata })).toThrow(
      'safetensors: the header would have 100000032 bytes; expected at most 100000000',
    );
    const most = { text: 'x'.repeat(100_000_000 - '{"__metadata__":{"text":""}}'.length) };
    const file = writeSafetensors({}, { metadata: most });
    expect(readSafetensors(file).metadata.get('text')).toBe(most.text);
  });
});

const wrong: readonly [string, unknown, string][] = [
  ['a list of numbers', { a: [1] }, "tensor 'a' has the dtype undefined; expected one of U64, I64, F64, F32"],
  ['null', { a: null }, "tensor 'a' is null; expected { dtype, shape, data }"],
  ['an unknown dtype', { a: { ...f32(1), dtype: 'float32' } }, "tensor 'a' has the dtype 'float32'"],
  [
    'another array',
    { a: { ...f32(1), data: new Float64Array(1) } },
    'has a Float64Array as its data; expected a Float32Array, as its dtype is F32',
  ],
  ['a plain array', { a: { ...f32(1), data: [1] } }, 'has an array of 1 elements as its data'],
  ['too little data', { a: { ...f32(1), shape: [2, 2] } }, 'has 1 elements; its shape [2, 2] has 4'],
  [
    'a size with a fraction',
    { a: { ...f32(1), shape: [0.5] } },
    'has the shape [0.5]; expected an array of at most 64 whole numbers',
  ],
  ['a negative size', { a: { ...f32(1), shape: [-1] } }, 'has the shape [-1]'],
  ['no shape', { a: { ...f32(1), shape: undefined } }, 'has the shape undefined'],
  ['65 axes', { a: { ...f32(1), shape: Array(65).fill(1) } }, 'expected an array of at most 64'],
  ['a size beyond all numbers', { a: { ...f32(1), shape: [2 ** 40, 2 ** 40] } }, 'has over 2⁵³ − 1'],
  [
    'a boolean of 2',
    { a: { dtype: 'BOOL', shape: [2], data: new Uint8Array([1, 2]) } },
    'has 2 at 1; expected 0 or 1, as it is BOOL',
  ],
  [
    'the format’s own name',
    { __metadata__: f32(1) },
    "a tensor is named '__metadata__', which the format keeps for metadata",
  ],
  [
    'a name twice',
    [
      ['a', f32(1)],
      ['a', f32(2)],
    ],
    "tensors has the name 'a' twice",
  ],
  ['half a surrogate pair', { '\ud800': f32(1) }, 'expected a string of Unicode text'],
  ['a number as a name', [[1, f32(1)]], 'tensors has the name 1; expected a string'],
  ['no tensors', undefined, 'tensors is undefined; expected an object or a Map'],
];

describe('values that cannot be written', () => {
  it.each(wrong)('throw: %s', (_, tensors, words) => {
    expect(() => writeSafetensors(tensors as never)).toThrow(TypeError);
    expect(() => safetensorsChunks(tensors as never)).toThrow(words);
  });

  it.each([
    [{ metadata: { epoch: 3 } }, "metadata 'epoch' is 3; expected a string of Unicode text"],
    [{ metadata: { text: '\udc00' } }, "metadata 'text' is"],
    [{ metadata: null }, 'metadata is null; expected an object or a Map'],
    [{ meta: {} }, "there is no option 'meta'; the options are metadata"],
    [null, 'options is null; expected an object with options: metadata'],
  ])('throw: the options %o', (options, words) => {
    expect(() => writeSafetensors({}, options as never)).toThrow(TypeError);
    expect(() => writeSafetensors({}, options as never)).toThrow(words);
  });
});
