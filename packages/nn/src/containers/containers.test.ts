import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError } from '@unroll/backend/errors';
import { beforeAll, describe, expect, it } from 'vitest';
import { Linear } from '../layers/linear.ts';
import { Module } from '../module.ts';
import { ModuleDict } from './module-dict.ts';
import { ModuleList } from './module-list.ts';
import { ParameterList } from './parameter-list.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const linear = () => new Linear({ inFeatures: 1, outFeatures: 1 });
const ones = (size: number) => tf.tidy(() => tf.variable(tf.ones([size])));
const keys = (module: Module) => Object.keys(module.stateDict());

describe('ModuleDict', () => {
  it('has modules by name, and the names are parts of the keys', () => {
    class Heads extends Module {
      heads = new ModuleDict({ tags: linear(), words: linear() });
      forward() {}
    }
    using model = new Heads();
    expect(keys(model)).toEqual([
      'heads.tags.weight',
      'heads.tags.bias',
      'heads.words.weight',
      'heads.words.bias',
    ]);
    expect(model.heads.get('tags').forward(tf.ones([1, 1])).shape).toEqual([1, 1]);
  });

  it('can be read and changed like a Map', () => {
    const [a, b, c] = [linear(), linear(), linear()];
    const dict = new ModuleDict<Linear>([
      ['a', a],
      ['b', b],
    ]);
    expect([dict.size, dict.has('b'), dict.has('c')]).toEqual([2, true, false]);
    expect([...dict]).toEqual([
      ['a', a],
      ['b', b],
    ]);
    dict.set('a', c).update(new ModuleDict({ d: a }));
    expect([...dict.keys()]).toEqual(['a', 'b', 'd']);
    expect([...dict.values()]).toEqual([c, b, a]);
    expect(dict.pop('b')).toBe(b);
    expect([...dict.entries()].map(([key]) => key)).toEqual(['a', 'd']);
    dict.clear();
    expect(dict.parameters()).toEqual([]);
    expect(c.weight.isDisposed).toBe(false);
  });

  it('refuses names with a dot, values that are not modules, and unknown names', () => {
    const dict = new ModuleDict({ a: linear() });
    const calls: [() => unknown, string][] = [
      [() => dict.set('a.b', linear()), "ModuleDict.set: key is 'a.b'; expected a name without a dot"],
      [() => new ModuleDict({ b: 3 as never }), 'ModuleDict.set: module is 3; expected a module'],
      [() => dict.get('b'), "ModuleDict.get: key is 'b'; there are 'a'"],
      [() => new ModuleDict().pop('b'), "ModuleDict.pop: key is 'b'; there are no modules"],
    ];
    for (const [call, message] of calls) {
      expect(call).toThrow(ArgumentError);
      expect(call).toThrow(message);
    }
    expect(() => dict.forward()).toThrow('ModuleDict.forward: a dictionary has no forward pass');
  });
});

describe('ModuleList', () => {
  it('can be changed in the middle and at the end', () => {
    const [a, b, c] = [linear(), linear(), linear()];
    const list = new ModuleList([a, b]);
    list.insert(1, c);
    expect([...list]).toEqual([a, c, b]);
    expect(list.pop(0)).toBe(a);
    expect(list.pop()).toBe(b);
    expect([...list.set(-1, a)]).toEqual([a]);
    expect(() => list.set(1, b)).toThrow('ModuleList.set: index is 1; there are 1 modules');
    expect(() => list.append(3 as never)).toThrow('ModuleList.append: module is 3; expected a module');
  });
});

describe('ParameterList', () => {
  it('has parameters by number, also in the keys', () => {
    class Scales extends Module {
      scales = new ParameterList([ones(2), ones(3)]);
      forward() {}
    }
    using model = new Scales();
    expect(keys(model)).toEqual(['scales.0', 'scales.1']);
    expect(model.numParameters()).toBe(5);
    expect(model.scales[1]).toBe(model.getParameter('scales.1'));
    expect(model.scales.at(-1)).toBe(model.scales[1]);
    expect([...model.scales]).toEqual(model.parameters());
  });

  it('can grow, shrink and change', () => {
    const variables = Array.from({ length: 12 }, (_, i) => ones(i + 1));
    const list = new ParameterList(variables.slice(0, 11)).append(variables[11]!);
    expect(list.parameters()).toEqual(variables);
    expect(list.pop(1)).toBe(variables[1]);
    expect(list.pop()).toBe(variables[11]);
    list.set(0, variables[1]!);
    expect([list.length, list.parameters().length, keys(list).at(-1)]).toEqual([10, 10, '9']);
    expect([...list]).toEqual([variables[1], ...variables.slice(2, 11)]);
    tf.dispose(variables);
  });

  it('refuses values that are not variables, and unknown numbers', () => {
    const list = new ParameterList([ones(1)]);
    const tensor = tf.ones([1]) as tf.Variable;
    const calls: [() => unknown, string][] = [
      [() => list.append(tensor), 'ParameterList.append: parameter is a Tensor; expected a tf.Variable'],
      [() => list.set(1, ones(1)), 'ParameterList.set: index is 1; there are 1 parameters'],
      [() => list.at(0.5), 'ParameterList.at: index is 0.5; there are 1 parameters'],
      [() => list.pop(-2), 'ParameterList.pop: index is -2; there are 1 parameters'],
    ];
    for (const [call, message] of calls) {
      expect(call).toThrow(ArgumentError);
      expect(call).toThrow(message);
    }
    expect(() => list.forward()).toThrow('ParameterList.forward: a list has no forward pass');
  });
});
