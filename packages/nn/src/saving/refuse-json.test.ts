import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { Linear } from '../layers/linear.ts';
import { Module } from '../module.ts';
import { RandomGenerator } from '../random/random-generator.ts';

const model = new Linear({ inFeatures: 1, outFeatures: 1 });
const words =
  'JSON would hold no weights; write them by nn.save(model), and read them by nn.load(model, file)';

describe('JSON', () => {
  it.each([
    ['a state dict', () => model.stateDict(), 'Linear.stateDict'],
    ['an object with a state dict', () => ({ epoch: 3, model: model.stateDict() }), 'Linear.stateDict'],
    ['a copy of a state dict', () => ({ ...model.stateDict() }), 'a parameter'],
    ['some of a state dict', () => ({ saved: [model.stateDict().bias] }), 'a parameter'],
    ['a module', () => model, 'Linear'],
    ['an object with a module', () => ({ model }), 'Linear'],
  ])('of %s is refused with what to do instead', (_, make, owner) => {
    expect(() => JSON.stringify(make())).toThrow(`${owner}: ${words}`);
  });

  it('of the caller’s own tensor or variable is unchanged', () => {
    const own = tf.variable(tf.scalar(1));
    model.stateDict();
    for (const tensor of [own, model.weight.clone()]) {
      expect(JSON.parse(JSON.stringify({ tensor })).tensor).toMatchObject({ dtype: 'float32' });
    }
  });

  it('is refused by a property that listings do not show and assignments keep', () => {
    const { weight } = model.stateDict();
    expect(Object.keys(weight!)).toEqual(Object.keys(tf.variable(tf.scalar(1))));
    weight!.assign(tf.ones([1, 1]));
    expect(() => JSON.stringify({ weight })).toThrow(words);
    expect('toJSON' in tf.Variable.prototype).toBe(false);
  });

  it('is no key of a state dict, and does not hide a parameter of that name', () => {
    expect(Object.keys(model.stateDict())).toEqual(['weight', 'bias']);
    expect(() => model.getParameter('toJSON')).toThrow("there is no parameter 'toJSON'");
    class Odd extends Module {
      constructor() {
        super();
        this.registerParameter('toJSON', tf.variable(tf.scalar(1)));
      }
      forward() {}
    }
    expect(new Odd().stateDict().toJSON).toBeInstanceOf(tf.Variable);
  });

  it('of a generator is its state', () => {
    const generator = new RandomGenerator(3);
    generator.uniform();
    const { generator: state } = JSON.parse(JSON.stringify({ generator }));
    expect(new RandomGenerator(0).setState(state).uniform()).toBe(generator.uniform());
  });
});
