import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import * as kind from './kinds.ts';
import { checkOptions } from './options.ts';

interface LayerOptions {
  inputSize: number;
  numLayers?: number | undefined;
  weightDecay?: number | undefined;
  bias?: boolean | undefined;
  mode?: 'sum' | 'mean' | undefined;
}

const kinds = {
  inputSize: kind.required(kind.whole(1)),
  numLayers: kind.whole(1),
  weightDecay: kind.atLeast(0),
  bias: kind.flag,
  mode: kind.choice('sum', 'mean', 'none'),
};

const check = (options: unknown) => checkOptions<LayerOptions>('Layer', options as LayerOptions, kinds);

describe('checkOptions', () => {
  it('says of an instance of another copy of a package that it is one', () => {
    const copies = [0, 1].map(() => {
      class Module {}
      return { Module, layer: new (class Linear extends Module {})() };
    });
    const [one, other] = copies as [(typeof copies)[0], (typeof copies)[0]];
    const check = (layer: unknown) =>
      checkOptions('Model', { layer }, { layer: kind.required(kind.instanceOf(one.Module, 'a module')) });
    check(one.layer);
    expect(() => check(other.layer)).toThrow(
      'Model: layer is a Linear; expected a module. It is a Module of another copy of the package: npm ls shows both',
    );
    for (const value of [undefined, null, 3, {}, Object.create(null)])
      expect(() => check(value)).toThrow(/; expected a module$/);
  });

  it('returns the given options without the undefined ones', () => {
    expect(check({ inputSize: 3, bias: undefined, numLayers: 2 })).toEqual({ inputSize: 3, numLayers: 2 });
    expect('bias' in check({ inputSize: 3, bias: undefined })).toBe(false);
  });

  it('names the element that does not fit in an array that is too long to be shown', () => {
    const lengths = [...new Array<number>(20).fill(3), 0, 3, -1];
    const checkLengths = () =>
      checkOptions('Layer', { lengths }, { lengths: kind.required(kind.listOf(kind.whole(1))) });
    expect(checkLengths).toThrow(
      'Layer: lengths is an array of 23 elements, whose element 20 is 0; expected an array, each element a whole number of at least 1',
    );
  });

  it('takes the fields and getters of an object of any class', () => {
    class Configuration {
      inputSize = 3;
    }
    expect(check(new Configuration())).toEqual({ inputSize: 3 });
    expect(check(Object.assign(Object.create(null), { inputSize: 3 }))).toEqual({ inputSize: 3 });
    class Computed {
      get inputSize() {
        return 4;
      }
    }
    expect(check(new Computed())).toEqual({ inputSize: 4 });
  });

  it.each([
    ['num_layers', 'numLayers'],
    ['NumLayers', 'numLayers'],
    ['numlayer', 'numLayers'],
    ['layers', 'numLayers'],
    ['weight_decay', 'weightDecay'],
    ['decay', 'weightDecay'],
    ['use_bias', 'bias'],
    ['inputsize', 'inputSize'],
    ['in_size', 'inputSize'],
  ])('for %s suggests %s', (wrong, right) => {
    expect(() => check({ inputSize: 3, [wrong]: 1 })).toThrow(
      `Layer: there is no option '${wrong}'; did you mean ${right}?`,
    );
  });

  it('lists all options if no known name is near', () => {
    expect(() => check({ inputSize: 3, device: 'cuda' })).toThrow(
      "Layer: there is no option 'device'; the options are inputSize, numLayers, weightDecay, bias, mode",
    );
  });

  it.each([
    [{ inputSize: '3' }, "inputSize is '3'; expected a whole number of at least 1"],
    [{}, 'inputSize is undefined; expected a whole number of at least 1'],
    [{ inputSize: 3, numLayers: Number.NaN }, 'numLayers is NaN; expected a whole number of at least 1'],
    [{ inputSize: 3, numLayers: 2n }, 'numLayers is 2n; expected a whole number of at least 1'],
    [{ inputSize: 3, weightDecay: -1 }, 'weightDecay is -1; expected a number of at least 0'],
    [{ inputSize: 3, weightDecay: null }, 'weightDecay is null; expected a number of at least 0'],
    [{ inputSize: 3, bias: 'no' }, "bias is 'no'; expected true or false"],
    [{ inputSize: 3, bias: 1 }, 'bias is 1; expected true or false'],
    [{ inputSize: 3, mode: 'avg' }, "mode is 'avg'; expected 'sum', 'mean' or 'none'"],
    [{ inputSize: [3] }, 'inputSize is [3]; expected a whole number of at least 1'],
  ])('of %o names the problem', (options, message) => {
    expect(() => check(options)).toThrow(`Layer: ${message}`);
  });

  it.each([
    [128, '128'],
    ['sum', "'sum'"],
    [undefined, 'undefined'],
    [null, 'null'],
    [[3], '[3]'],
    [new Map(), 'a Map'],
    [() => 3, 'a function'],
    [new Float32Array(3), 'a Float32Array'],
  ])('refuses %o', (options, shown) => {
    expect(() => check(options)).toThrow(
      `Layer: options is ${shown}; expected an object with options: inputSize, numLayers, weightDecay, bias, mode`,
    );
  });

  it('refuses a tensor', () => {
    expect(() => check(Object.create(tf.Tensor.prototype))).toThrow('Layer: options is a Tensor');
  });
});

describe('a kind of number', () => {
  it.each<[string, kind.Kind, readonly unknown[], readonly unknown[]]>([
    ['[0, 1)', kind.inside('[0, 1)'), [0, 0.5], [1, -0.1, Number.NaN, '0']],
    ['(0, 1]', kind.inside('(0, 1]'), [1, 0.5], [0, 1.1]],
    ['whole', kind.whole(), [-3, 0], [0.5, Number.POSITIVE_INFINITY, Number.NaN]],
    ['whole in a range', kind.whole(1, 4), [1, 4], [0, 5]],
    ['finite', kind.finite, [-1e300], [Number.POSITIVE_INFINITY, Number.NaN]],
    ['any', kind.number, [Number.POSITIVE_INFINITY], [Number.NaN, null, undefined]],
    ['a list', kind.listOf(kind.number), [[], [1]], [[Number.NaN], new Array(1), '12', new Float32Array(1)]],
    ['one a group', kind.eachGroup(kind.finite), [1, [1, 2]], [['1'], {}]],
  ])('%s accepts valid values and refuses invalid ones', (_, { fits }, right, wrong) => {
    for (const value of right) expect(fits(value)).toBe(true);
    for (const value of wrong) expect(fits(value)).toBe(false);
  });
});
