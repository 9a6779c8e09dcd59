import * as tf from '@tensorflow/tfjs-core';
import { tfjsBackend, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../test/backends.ts';
import { Linear } from './layers/linear.ts';
import type { StateDict } from './load-state-dict.ts';
import { Module } from './module.ts';
import { RandomGenerator } from './random/random-generator.ts';

const linear = () => new Linear({ inFeatures: 2, outFeatures: 2 });
const values = async (module: Module) =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(module.stateDict()).map(async ([key, p]) => [key, [...(await p.data())]] as const),
    ),
  );
const good = { data: [1, 2, 3, 4], shape: [2, 2] };
const disposed = () => {
  const tensor = tf.zeros([2]);
  tensor.dispose();
  return tensor;
};

/** A fault, a value with this fault for a bias `[2]`, and the error's words. */
const bad: readonly [string, () => unknown, string][] = [
  ['bigints', () => ({ data: new BigInt64Array(2), shape: [2] }), 'has a BigInt64Array as its data'],
  [
    'unsigned bigints',
    () => ({ data: new BigUint64Array(2), shape: [2] }),
    'has a BigUint64Array as its data',
  ],
  [
    'bigints in an array',
    () => ({ data: [1n, 2n], shape: [2] }),
    'has 1n at 0 of its data; expected a number',
  ],
  ['strings', () => ({ data: ['a', 'b'], shape: [2] }), "has 'a' at 0 of its data; expected a number"],
  ['digits', () => ({ data: [1, '2'], shape: [2] }), "has '2' at 1 of its data; expected a number"],
  ['a string', () => ({ data: 'ab', shape: [2] }), "has 'ab' as its data"],
  ['null among numbers', () => ({ data: [1, null], shape: [2] }), 'has null at 1 of its data'],
  [
    'a hole',
    () => ({ data: Object.assign(new Array(2), { 0: 1 }), shape: [2] }),
    'has undefined at 1 of its data',
  ],
  ['arrays in an array', () => ({ data: [[1], [2]], shape: [2] }), 'has [1] at 0 of its data'],
  ['booleans', () => ({ data: [true, false], shape: [2] }), 'has true at 0 of its data'],
  ['a buffer', () => ({ data: new ArrayBuffer(8), shape: [2] }), 'has a ArrayBuffer as its data'],
  [
    'a view of bytes',
    () => ({ data: new DataView(new ArrayBuffer(8)), shape: [2] }),
    'has a DataView as its data',
  ],
  ['no data', () => ({ shape: [2] }), 'is an object; expected a tensor, or its numbers with their shape'],
  ['no shape', () => ({ data: [1, 2] }), 'is an object; expected a tensor'],
  ['data that is null', () => ({ data: null, shape: [2] }), 'has null as its data'],
  [
    'a shape that is no array',
    () => ({ data: [1, 2], shape: 2 }),
    'has the shape 2; expected an array of sizes',
  ],
  ['a shape of NaN', () => ({ data: [1, 2], shape: [Number.NaN] }), 'the saved value has shape [NaN]'],
  ['a shape with a hole', () => ({ data: [1, 2], shape: new Array(1) }), "the model's has [2]"],
  ['a shape of strings', () => ({ data: [1, 2], shape: ['2'] }), "the model's has [2]"],
  ['another shape', () => ({ data: [1, 2], shape: [2, 1] }), 'the saved value has shape [2, 1]'],
  [
    'too little data',
    () => ({ data: [1], shape: [2] }),
    'the saved value has 1 numbers; its shape [2] has 2',
  ],
  ['too much data', () => ({ data: new Float32Array(3), shape: [2] }), 'the saved value has 3 numbers'],
  ['a plain array', () => [0, 0], 'is [0, 0]; expected a tensor, or its numbers with their shape'],
  ['null', () => null, 'is null; expected a tensor'],
  ['undefined', () => undefined, 'is undefined; expected a tensor'],
  ['a number', () => 3, 'is 3; expected a tensor'],
  ['a function', () => () => tf.zeros([2]), 'is a function; expected a tensor'],
  ['a disposed tensor', disposed, 'is a disposed tensor'],
  ['a tensor of strings', () => tf.tensor1d(['a', 'b']), "the saved value is string; the model's is float32"],
  ['a complex tensor', () => tf.complex([1, 2], [3, 4]), 'the saved value is complex64'],
  ['a tensor of integers', () => tf.tensor1d([1, 2], 'int32'), 'the saved value is int32'],
  ['a tensor of another shape', () => tf.zeros([3]), 'the saved value has shape [3]'],
];

onEachBackend(() => {
  describe('loadStateDict', () => {
    it.each(bad)('takes nothing where one value is bad: %s', async (_, make, message) => {
      const model = linear();
      const before = await values(model);
      const value = make();
      const tensors = tf.memory().numTensors;
      expect(() => model.loadStateDict({ weight: good, bias: value } as StateDict)).toThrow(message);
      expect(() => model.loadStateDict({ bias: value } as StateDict, { strict: false })).toThrow(message);
      expect(await values(model)).toEqual(before);
      expect(tf.memory().numTensors).toBe(tensors);
    });

    it.each([
      [null, 'null'],
      [undefined, 'undefined'],
      ['weights', "'weights'"],
      [[good], '[an object]'],
      [new Map([['weight', good]]), 'a Map'],
    ])('refuses %o for a state', (state, shown) => {
      expect(() => linear().loadStateDict(state as never)).toThrow(
        `Linear.loadStateDict: stateDict is ${shown}; expected an object of tensors by key`,
      );
    });

    it.each([
      ['integers', new Int32Array([5, 6])],
      ['bytes', new Uint8Array([5, 6])],
      ['numbers of 64 bits', new Float64Array([5, 6])],
    ])('casts typed arrays of %s, as PyTorch’s copy does', async (_, data) => {
      const model = linear();
      model.loadStateDict({ weight: good, bias: { data: data as unknown as number[], shape: [2] } });
      expect(await values(model)).toEqual({ weight: [1, 2, 3, 4], bias: [5, 6] });
    });

    it('takes NaN and infinities, which a model may contain', async () => {
      const model = linear();
      model.loadStateDict({
        weight: good,
        bias: { data: [Number.NaN, Number.POSITIVE_INFINITY], shape: [2] },
      });
      expect((await values(model)).bias).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
    });

    it('takes one tensor for several parameters, which then change separately', async () => {
      class Pair extends Module {
        a = linear();
        b = linear();
        forward() {}
      }
      const model = new Pair();
      const weight = tf.tensor2d([
        [1, 2],
        [3, 4],
      ]);
      const bias = tf.tensor1d([5, 6]);
      model.loadStateDict({ 'a.weight': weight, 'a.bias': bias, 'b.weight': weight, 'b.bias': bias });
      tf.dispose([weight, bias]);
      model.a.bias!.assign(tf.tensor1d([0, 0]));
      const loaded = await values(model);
      expect(loaded['b.bias']).toEqual([5, 6]);
      expect(loaded['a.weight']).toEqual(loaded['b.weight']);
    });

    it('swaps two parameters that are saved as each other’s values', async () => {
      class Pair extends Module {
        a = linear();
        b = linear();
        forward() {}
      }
      const model = new Pair();
      const before = await values(model);
      const { a, b } = model;
      model.loadStateDict({
        'a.weight': b.weight,
        'a.bias': b.bias!,
        'b.weight': a.weight,
        'b.bias': a.bias!,
      });
      const after = await values(model);
      expect(after['a.weight']).toEqual(before['b.weight']);
      expect(after['b.weight']).toEqual(before['a.weight']);
    });

    it('says that the model itself is disposed', () => {
      const model = linear();
      const state = { weight: good, bias: { data: [1, 2], shape: [2] } };
      model.dispose();
      expect(() => model.loadStateDict(state)).toThrow('weight of the model is disposed');
    });
  });
});

describe('loadStateDict of tensors that live on another backend', () => {
  it('copies them over', async () => {
    await useBackend(tfjsBackend('cpu'));
    const weight = tf.tensor2d([
      [1, 2],
      [3, 4],
    ]);
    const bias = tf.tensor1d([5, 6]);
    await useBackend(cpu({ threads: 1 }));
    const model = linear();
    model.loadStateDict({ weight, bias });
    tf.dispose([weight, bias]);
    expect(await values(model)).toEqual({ weight: [1, 2, 3, 4], bias: [5, 6] });
    expect([...(await model.forward(tf.ones([1, 2])).data())]).toEqual([8, 13]);
  });
});

describe('a generator’s state', () => {
  it.each([
    [{ seed: '1', position: 0, offset: 0 }, "seed is '1'"],
    [{ seed: 1, position: -1, offset: 0 }, 'position is -1'],
    [{ seed: 1, position: 0.5, offset: 0 }, 'position is 0.5'],
    [{ seed: 1, position: 0, offset: Number.NaN }, 'offset is NaN'],
    [{ seed: 1n, position: 0, offset: 0 }, 'seed is 1n'],
    [{ seed: 1, position: 0 }, 'offset is undefined'],
    [{ seed: null, position: 0, offset: 0 }, 'seed is null'],
    [null, 'options is null'],
  ])('is taken whole or not at all: %o', (state, message) => {
    const generator = new RandomGenerator(7);
    generator.uniform();
    const before = generator.getState();
    expect(() => generator.setState(state as never)).toThrow(`RandomGenerator.setState: ${message}`);
    expect(generator.getState()).toEqual(before);
  });
});
