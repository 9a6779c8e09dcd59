import { describe, expect, it } from 'vitest';
import {
  openSafetensors,
  openShards,
  readSafetensors,
  type StoredTensor,
  safetensorsChunks,
  writeSafetensors,
  writeSafetensorsFile,
  writeShards,
} from './index.ts';

const weight: StoredTensor = { dtype: 'F32', shape: [1], data: new Float32Array([1]) };
const file = writeSafetensors({ weight });
const index = new TextEncoder().encode('{"weight_map":{"weight":"x"}}');
const open = () => file;

const exported: Readonly<Record<string, (...given: never[]) => unknown>> = {
  openSafetensors,
  openShards,
  readSafetensors,
  safetensorsChunks,
  writeSafetensors,
  writeSafetensorsFile,
  writeShards,
};

/** A function, its arguments, and the words of the error. */
const wrong: readonly [string, readonly unknown[], string][] = [
  ...[undefined, null, 3, Symbol('s'), {}, [1], new Map(), new Float32Array(1)].flatMap(
    (given): [string, readonly unknown[], string][] => [
      ['readSafetensors', [given], 'bytes is '],
      ['openSafetensors', [given], 'source is '],
      ['openShards', [given, open], 'index is '],
    ],
  ),
  ...[undefined, null, 3, {}, 'x', file].map((given): [string, readonly unknown[], string] => [
    'openShards',
    [index, given],
    'open is ',
  ]),
  ['openSafetensors', [{ size: 8, read: open, close: true }], 'source is an object; expected'],
  ['openSafetensors', [{ constructor: null }], 'source is an object; expected'],
  ...[undefined, null, 3, '', {}, ['a'], file].map((given): [string, readonly unknown[], string] => [
    'writeSafetensorsFile',
    [given, { weight }],
    'path is ',
  ]),
  ...['writeSafetensors', 'safetensorsChunks', 'writeShards', 'writeSafetensorsFile'].flatMap((owner) => {
    const path = owner === 'writeSafetensorsFile' ? ['/none/x'] : [];
    const rows: [unknown, unknown, string][] = [
      [undefined, {}, 'tensors is undefined; expected an object or a Map'],
      ['ab', {}, "tensors is 'ab'; expected an object or a Map"],
      [Promise.resolve({ weight }), {}, 'tensors is a Promise; expected an object or a Map'],
      [new Date(), {}, 'tensors is a Date; expected an object or a Map'],
      [new ArrayBuffer(8), {}, 'tensors is an ArrayBuffer; expected an object or a Map'],
      [[1], {}, 'tensors has 1 at 0; expected a pair [name, value], as it is an array of 1 elements'],
      [[null], {}, 'tensors has null at 0; expected a pair'],
      [['ab'], {}, "tensors has 'ab' at 0; expected a pair"],
      [[weight], {}, 'tensors has an object at 0; expected a pair'],
      [new Float32Array(1), {}, 'tensors has 0 at 0; expected a pair [name, value], as it is a Float32Array'],
      [[[]], {}, 'tensors has the name undefined; expected a string'],
      [[['a']], {}, "tensor 'a' is undefined; expected { dtype, shape, data }"],
      [{ weight }, null, 'options is null; expected an object with options'],
      [{ weight }, [], 'options is an array of 0 elements; expected an object with options'],
      [{ weight }, { metadata: [1] }, 'metadata has 1 at 0; expected a pair'],
      [{ weight }, { metadata: 'pt' }, "metadata is 'pt'; expected an object or a Map"],
    ];
    return rows.map(([tensors, options, words]): [string, readonly unknown[], string] => [
      owner,
      [...path, tensors, options],
      words,
    ]);
  }),
];

describe('a wrong argument', () => {
  it.each(wrong)('of %s is a TypeError that names it: %o', async (owner, given, words) => {
    const error = await new Promise<unknown>((resolve) => {
      resolve(exported[owner]!(...(given as never[])));
    }).catch((caught) => caught);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as TypeError).message).toContain(`${owner}: ${words}`);
  });

  it('of a method of an open file is one, too', async () => {
    const opened = await openSafetensors(file);
    const none = Symbol('none') as never;
    const words = "there is no tensor Symbol(none); there are 'weight'";
    expect(opened.has(none)).toBe(false);
    expect(() => opened.info(none)).toThrow(`info: ${words}`);
    await expect(opened.read(none)).rejects.toThrow(`read: ${words}`);
    await expect(opened.readRows('weight', none, '1' as never)).rejects.toThrow(
      "has no rows Symbol(none) up to '1'",
    );
  });
});
