import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError } from '@unroll/backend/errors';
import { beforeAll, describe, expect, it } from 'vitest';
import { Linear } from '../layers/linear.ts';
import type { Module } from '../module.ts';
import { ModuleDict } from './module-dict.ts';
import { ModuleList } from './module-list.ts';
import { ParameterList } from './parameter-list.ts';
import { Sequential } from './sequential.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const linear = () => new Linear({ inFeatures: 1, outFeatures: 1, bias: false });
const ones = () => tf.tidy(() => tf.variable(tf.ones([1])));

// The keys are those of PyTorch 1.13.
const subclasses: readonly [string, () => Module, readonly string[]][] = [
  [
    'ModuleDict',
    () =>
      new (class extends ModuleDict {
        extra = linear();
      })({ a: linear() }),
    ['a.weight', 'extra.weight'],
  ],
  [
    'ModuleList',
    () =>
      new (class extends ModuleList {
        extra = linear();
      })([linear()]),
    ['0.weight', 'extra.weight'],
  ],
  [
    'Sequential',
    () =>
      new (class extends Sequential {
        extra = linear();
      })(linear()),
    ['0.weight', 'extra.weight'],
  ],
  [
    'ParameterList',
    () =>
      new (class extends ParameterList {
        extra = linear();
      })([ones()]),
    ['0', 'extra.weight'],
  ],
];

it.each(subclasses)('the fields of a subclass of %s are parts of it', (_, make, keys) => {
  const before = tf.memory().numTensors;
  const model = make();
  expect(Object.keys(model.stateDict())).toEqual(keys);
  expect(model.parameters()).toHaveLength(2);
  model.eval();
  expect(model.modules().every(({ training }) => !training)).toBe(true);
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

describe('a field that has an item’s key', () => {
  it('is an error where it holds another module, whichever came first', () => {
    class Heads extends ModuleDict<Linear> {
      tags = linear();
    }
    class First extends ModuleList<Linear> {
      0 = linear();
    }
    class Named extends Sequential {
      a = linear();
    }
    const heads = new Heads();
    expect(() => heads.update({ words: linear(), tags: linear() })).toThrow(ArgumentError);
    expect(() => heads.set('tags', linear())).toThrow(
      "ModuleDict.set: key is 'tags', which a field has already for another module",
    );
    expect(heads.size).toBe(0);
    const made = [new Heads({ tags: linear() }), new First([linear()]), new Named({ a: linear() })];
    for (const model of made) {
      expect(() => model.stateDict()).toThrow('which a field has already for another module');
    }
  });

  it('may hold the item', () => {
    class Heads extends ModuleDict<Linear> {
      tags = this.get('tags');
    }
    expect(Object.keys(new Heads({ tags: linear() }).stateDict())).toEqual(['tags.weight']);
  });
});

describe('the modules that a container is given', () => {
  it('are all taken, or none is', () => {
    const dict = new ModuleDict({ a: linear() });
    const list = new ModuleList([linear()]);
    const parameters = new ParameterList([ones()]);
    const wrong = 3 as never;
    expect(() => dict.update({ b: linear(), c: wrong })).toThrow('ModuleDict.set: module is 3');
    expect(() => dict.update({ b: linear(), 'c.d': linear() })).toThrow("key is 'c.d'");
    expect(() => list.extend([linear(), wrong])).toThrow('ModuleList.append: module is 3');
    expect(() => parameters.extend([ones(), wrong])).toThrow('ParameterList.append: parameter is 3');
    expect([[...dict.keys()], list.length, parameters.length]).toEqual([['a'], 1, 1]);
  });

  it('are named in the error where one is not a module', () => {
    const none = null as never;
    const calls: [() => unknown, string][] = [
      [() => new ModuleDict(none), 'ModuleDict.update: modules is null; expected modules by key, or pairs'],
      [() => new ModuleDict('ab' as never), "ModuleDict.update: modules is 'ab'; expected modules by key"],
      [() => new ModuleDict([3] as never), 'ModuleDict.update: modules is 3; expected pairs of a key'],
      [() => new ModuleList(none), 'ModuleList.extend: modules is null; expected an array'],
      [() => new ParameterList(none), 'ParameterList.extend: parameters is null; expected an array'],
      [() => new Sequential(none), 'Sequential: module is null; expected a module'],
      [() => new Sequential(3 as never), 'Sequential: module is 3; expected a module'],
      [() => new Sequential(linear(), {} as never), 'Sequential: module is an object; expected a module'],
      [() => new Sequential({ a: none }), 'Sequential: module is null; expected a module'],
      [() => new Sequential({ 'a.b': linear() }), "Sequential: key is 'a.b'; expected a name without a dot"],
    ];
    for (const [call, message] of calls) {
      expect(call).toThrow(ArgumentError);
      expect(call).toThrow(message);
    }
  });
});
