import { describe, expect, it } from 'vitest';
import { entry, fileOf } from '../test/file-of.ts';
import { openSafetensors, readSafetensors } from './index.ts';

describe('what the format allows', () => {
  it.each([
    ['no tensor', fileOf('{}'), 0],
    ['spaces after the header', fileOf('{}      '), 0],
    ['any white space of JSON', fileOf(`{ "a"\t:\r\n${entry('U8', [], 0, 1)} }\n`, 1), 1],
    [
      'a tensor without elements, of sizes that would overflow',
      fileOf(`{"a":${entry('F32', [0, Number.MAX_SAFE_INTEGER], 0, 0)}}`),
      1,
    ],
    [
      'tensors without elements between others',
      fileOf(
        `{"a":${entry('U8', [2], 0, 2)},"b":${entry('F64', [0], 2, 2)},"c":${entry('I8', [1], 2, 3)}}`,
        3,
      ),
      3,
    ],
    [
      'tensors in another order than their bytes',
      fileOf(`{"a":${entry('U8', [1], 1, 2)},"b":${entry('U8', [1], 0, 1)}}`, 2),
      2,
    ],
    ['fields in any order', fileOf('{"a":{"data_offsets":[0,1],"shape":[1],"dtype":"U8"}}', 1), 1],
    ['the empty name', fileOf(`{"":${entry('U8', [], 0, 1)}}`, 1), 1],
    ['64 axes', fileOf(`{"a":${entry('F32', Array(64).fill(1), 0, 4)}}`, 4), 1],
  ])('is read: %s', (_, file, count) => {
    expect(readSafetensors(file).tensors.size).toBe(count);
  });

  it('names that objects treat specially are names like others', () => {
    const names = ['__proto__', 'constructor', 'toString', '10', '9'];
    const fields = names.map((name, i) => `"${name}":${entry('U8', [1], i, i + 1)}`);
    const file = fileOf(`{"__metadata__":{"__proto__":"x"},${fields}}`, 5);
    const { tensors, metadata } = readSafetensors(file);
    expect([...tensors.keys()]).toEqual(names);
    expect(metadata.get('__proto__')).toBe('x');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('the values of numbers are not checked: NaN, infinities, and bytes of booleans that are neither 0 nor 1', () => {
    const file = fileOf(`{"a":${entry('F32', [1], 0, 4)},"b":${entry('BOOL', [1], 4, 5)}}`, 5);
    file.set([0, 0, 0xc0, 0x7f, 2], file.length - 5);
    const { tensors } = readSafetensors(file);
    expect(tensors.get('a')!.data).toEqual(new Float32Array([Number.NaN]));
    expect(tensors.get('b')!.data).toEqual(new Uint8Array([2]));
  });
});

describe('a dtype without a JavaScript array', () => {
  const file = fileOf(
    `{"a":${entry('U8', [1], 0, 1)},"b":${entry('F8_E4M3', [2], 1, 3)},"c":${entry('C64', [1], 3, 11)},"d":${entry('F4', [2], 11, 12)}}`,
    12,
  );

  it('is listed, and throws when its tensor is read, while the other tensors can be read', async () => {
    const opened = await openSafetensors(file);
    expect(opened.names).toEqual(['a', 'b', 'c', 'd']);
    expect(opened.info('b')).toEqual({ dtype: 'F8_E4M3', shape: [2], bytes: 2 });
    expect((await opened.read('a')).data).toEqual(new Uint8Array(1));
    await expect(opened.read('c')).rejects.toMatchObject({ reason: 'unsupported-dtype', tensor: 'c' });
    await expect(opened.read('d')).rejects.toThrow("tensor 'd' is F4, which JavaScript has no array for");
  });

  it('throws when all tensors are read at once, and the error tells how to read the others', () => {
    expect(() => readSafetensors(file)).toThrow(
      "tensor 'b' is F8_E4M3, which JavaScript has no array for; openSafetensors reads the others",
    );
  });
});
