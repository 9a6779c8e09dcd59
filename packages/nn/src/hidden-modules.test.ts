import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { moduleTexts } from '../test/module-texts.ts';
import * as nn from './index.ts';

let warn: MockInstance<typeof console.warn>;

beforeAll(async () => {
  await tf.setBackend('cpu');
  tf.scalar(1).dispose(); // with its first tensor, tfjs's backend gives advice of its own
});

beforeEach(() => {
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
});

afterEach(() => {
  warn.mockRestore();
  vi.unstubAllEnvs();
});

const linear = () => new nn.Linear({ inFeatures: 2, outFeatures: 2 });
const hints = () => warn.mock.calls.map(([message]) => message as string);

abstract class Model extends nn.Module {
  forward(x: tf.Tensor): tf.Tensor {
    return x;
  }
}

describe('a module warns once, when its parameters are asked for,', () => {
  it('of modules in an array', () => {
    class Stack extends Model {
      readonly layers = [linear(), linear()];
    }
    expect(new Stack().parameters()).toEqual([]);
    new Stack().parameters();
    expect(hints()).toEqual([
      "Stack: the field 'layers' holds modules in an array, where they are not found; put them into an nn.ModuleList. " +
        'What is in there is neither trained nor saved, and train(), eval() and dispose() do not reach it.',
    ]);
  });

  it('of modules in an object or a Map, and of variables in an array, also below another module', () => {
    class Inner extends Model {
      readonly byName = { first: linear() };
      readonly byKey = new Map([['second', [linear()]]]);
      readonly weights = [tf.variable(tf.ones([2]))];
    }
    class Outer extends Model {
      readonly inner = new Inner();
    }
    new Outer().parameters();
    expect(hints()).toEqual([
      expect.stringContaining("Inner: the field 'byName' holds modules in an object"),
      expect.stringContaining("Inner: the field 'byKey' holds modules in a Map"),
      expect.stringContaining("Inner: the field 'weights' holds variables in an array"),
    ]);
    expect(hints()[2]).toContain('nn.ParameterList');
  });

  it('of a module in a private field, given at its declaration or by the constructor', () => {
    class Declared extends Model {
      readonly #cell = new nn.GRUCell({ inputSize: 2, hiddenSize: 2 });
      override forward(x: tf.Tensor): tf.Tensor {
        return this.#cell.forward(x as tf.Tensor2D);
      }
    }
    class Constructed extends Model {
      readonly #output: nn.Linear;
      constructor() {
        super();
        this.#output = new nn.Linear({ inFeatures: 2, outFeatures: 2 });
      }
      override forward(x: tf.Tensor): tf.Tensor {
        return this.#output.forward(x);
      }
    }
    class Several extends Model {
      readonly encoder = new nn.GRUCell({ inputSize: 2, hiddenSize: 2 });
      readonly #decoder = new nn.GRUCell({ inputSize: 2, hiddenSize: 2 });
      readonly #layers = [linear(), new nn.Linear({ inFeatures: 2, outFeatures: 2 })];
      // #commented = new nn.Linear({ inFeatures: 2, outFeatures: 2 });
      count(): number {
        return this.#layers.length + this.#decoder.numParameters();
      }
    }
    new Several().parameters();
    expect(hints()).toEqual([
      expect.stringContaining("Several: the private field '#decoder' holds a module (GRUCell)"),
      expect.stringContaining("Several: the private field '#layers' holds a module (Linear)"),
    ]);
    warn.mockClear();
    new Declared().parameters();
    new Constructed().stateDict();
    new Constructed().parameters();
    expect(hints()).toEqual([
      expect.stringContaining("Declared: the private field '#cell' holds a module (GRUCell)"),
      expect.stringContaining("Constructed: the private field '#output' holds a module (Linear)"),
    ]);
  });

  it('and not of what the walk finds elsewhere, of other private fields, or in production', () => {
    class Found extends Model {
      readonly layers = new nn.ModuleList([linear(), linear()]);
      readonly order = [this.layers.at(1), this.layers.at(0)];
      readonly #names = new Map([['a', 1]]);
      count(): number {
        return this.#names.size;
      }
    }
    new Found().parameters();
    class WithData extends Model {
      readonly rows = Array.from({ length: 1e5 }, () => Array.from({ length: 100 }, () => [1]));
    }
    new WithData().parameters();
    class Production extends Model {
      readonly layers = [linear()];
    }
    vi.stubEnv('NODE_ENV', 'production');
    new Production().parameters();
    expect(hints()).toEqual([]);
  });

  it('and none of this package’s modules does', () => {
    for (const texts of Object.values(moduleTexts)) for (const [make] of texts) make().parameters();
    expect(hints()).toEqual([]);
  });
});
