import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ModuleList } from './containers/module-list.ts';
import { Sequential } from './containers/sequential.ts';
import { Linear } from './layers/linear.ts';
import { Module } from './module.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const linear = () => new Linear({ inFeatures: 1, outFeatures: 1 });

class Child extends Module {
  linear = linear();
  parent: Module | undefined;
  forward() {}
}

class Parent extends Module {
  first = new Child();
  second = new Child();

  constructor() {
    super();
    this.first.parent = this;
    this.second.parent = this;
  }

  forward() {}
}

const keys = ['first.linear.weight', 'first.linear.bias', 'second.linear.weight', 'second.linear.bias'];

describe('a child with its parent in a field', () => {
  it('lets the parent’s walks end', () => {
    const model = new Parent();
    expect([...model.namedParameters()].map(([key]) => key)).toEqual(keys);
    expect(Object.keys(model.stateDict())).toEqual(keys);
    expect(model.parameters()).toHaveLength(4);
    expect(model.numParameters()).toBe(4);
    expect(model.getParameter('second.linear.bias')).toBe(model.second.linear.bias);
    expect([...model.namedModules()].map(([key]) => key)).toEqual([
      '',
      'first',
      'first.linear',
      'second',
      'second.linear',
    ]);
    const applied: Module[] = [];
    model.apply((module) => applied.push(module));
    expect(applied).toEqual([model.first.linear, model.first, model.second.linear, model.second, model]);
    expect(
      model
        .eval()
        .modules()
        .every(({ training }) => !training),
    ).toBe(true);
    model.requiresGrad_(false);
    expect(model.parameters().some(({ trainable }) => trainable)).toBe(false);
    const before = tf.memory().numTensors;
    model.loadStateDict(new Parent().stateDict());
    model.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(before); // four came with the other model, four were disposed
  });

  it('walks from itself through its parent to its siblings', () => {
    const { first } = new Parent();
    expect(Object.keys(first.stateDict())).toEqual([
      'linear.weight',
      'linear.bias',
      'parent.second.linear.weight',
      'parent.second.linear.bias',
    ]);
    expect(first.parameters()).toHaveLength(4);
  });

  it('may be shared, and is then under both names', () => {
    const model = new Parent();
    model.second = model.first;
    expect(Object.keys(model.stateDict())).toEqual(keys);
    expect([...model.namedParameters()].map(([key]) => key)).toEqual(keys.slice(0, 2));
  });
});

describe('a module that leads back to itself', () => {
  class Loop extends Module {
    linear = linear();
    self: Module = this;
    forward() {}
  }

  it('directly, is visited once', () => {
    const model = new Loop();
    expect(Object.keys(model.stateDict())).toEqual(['linear.weight', 'linear.bias']);
    expect(model.modules()).toEqual([model, model.linear]);
    let applied = 0;
    model.apply(() => applied++);
    expect(applied).toBe(2);
  });

  it('through a list, is visited once', () => {
    const list = new ModuleList<Module>([linear()]);
    list.append(list);
    expect(Object.keys(list.stateDict())).toEqual(['0.weight', '0.bias']);
    class Node extends Module {
      neighbours = new ModuleList<Module>();
      linear = linear();
      forward() {}
    }
    const [a, b, c] = [new Node(), new Node(), new Node()];
    for (const node of [a, b, c]) node.neighbours.extend([a, b, c]);
    expect(a.parameters()).toHaveLength(6);
    expect(new Set(Object.values(a.stateDict())).size).toBe(6);
    expect(a.modules()).toHaveLength(9);
    let applied = 0;
    a.apply(() => applied++);
    expect(applied).toBeGreaterThanOrEqual(9);
    a.eval().requiresGrad_(false).dispose();
  });

  it('through a sequence of modules, is visited once', () => {
    const child = Object.assign(new Child(), { forward: (x: tf.Tensor) => x });
    const sequence = new Sequential({ child, linear: linear() });
    child.parent = sequence;
    expect(Object.keys(sequence.stateDict())).toEqual([
      'child.linear.weight',
      'child.linear.bias',
      'linear.weight',
      'linear.bias',
    ]);
  });
});

describe('a module that several others share', () => {
  class Holder extends Module {
    inner: Module;
    constructor(inner: Module) {
      super();
      this.inner = inner;
    }
    forward() {}
  }
  class Tied extends Module {
    shared = linear();
    a = new Holder(this.shared);
    b = new Holder(this.shared);
    again = this.a;
    forward() {}
  }

  // By PyTorch 1.13: named_parameters(), state_dict(), named_modules(), children() and the calls of apply() of the same model.
  it('is listed as PyTorch lists it', () => {
    const model = new Tied();
    expect([...model.namedParameters()].map(([key]) => key)).toEqual(['shared.weight', 'shared.bias']);
    expect(Object.keys(model.stateDict())).toEqual(
      ['shared', 'a.inner', 'b.inner', 'again.inner'].flatMap((key) => [`${key}.weight`, `${key}.bias`]),
    );
    expect([...model.namedModules()].map(([key]) => key)).toEqual(['', 'shared', 'a', 'b']);
    expect(model.children()).toEqual([model.shared, model.a, model.b]);
    const applied: Module[] = [];
    model.apply((module) => applied.push(module));
    expect(applied).toEqual([model.shared, model.shared, model.a, model.shared, model.b, model]);
  });
});
