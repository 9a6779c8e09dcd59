import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import '@unroll/backend';
import { beforeAll, describe, expect, it } from 'vitest';
import { ModuleList } from './containers/module-list.ts';
import { Sequential, type UnaryModule } from './containers/sequential.ts';
import type { StateDict } from './load-state-dict.ts';
import { Module } from './module.ts';

/** A variable. The tensor that it was made from is disposed. */
const parameter = (values: number[]) => tf.tidy(() => tf.variable(tf.tensor1d(values)));

/** y = scale · x + shift, with `shift` under a key that is not a field's name. */
class Affine extends Module implements UnaryModule {
  scale = parameter([1, 2]);

  constructor() {
    super();
    this.registerParameter('shift_l0', parameter([3, 4]));
  }

  forward(input: tf.Tensor): tf.Tensor {
    return tf.tidy(() => tf.add(tf.mul(input, this.scale), this.getParameter('shift_l0')));
  }
}

class Model extends Module {
  encoder = new Affine();
  decoder = new Affine();
  temperature = parameter([1]);
  /** Not a parameter of the model: private fields are not seen. */
  readonly #cache = tf.scalar(0);

  forward(input: tf.Tensor): tf.Tensor {
    return tf.tidy(() => tf.mul(this.decoder.forward(this.encoder.forward(input)), this.temperature));
  }

  override dispose(): void {
    super.dispose();
    this.#cache.dispose();
  }
}

const keys = ['temperature', 'encoder.shift_l0', 'encoder.scale', 'decoder.shift_l0', 'decoder.scale'];

const read = async (module: Module) =>
  Object.fromEntries(
    await Promise.all(
      [...module.namedParameters()].map(async ([key, p]) => [key, [...(await p.data())]] as const),
    ),
  );

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('Module', () => {
  it('finds its parameters among its fields, among those registered, and below', () => {
    const model = new Model();
    expect([...model.namedParameters()].map(([key]) => key)).toEqual(keys);
    expect(Object.keys(model.stateDict())).toEqual(keys);
    expect(model.parameters()).toHaveLength(5);
    expect(model.numParameters()).toBe(9);
    expect(model.getParameter('decoder.scale')).toBe(model.decoder.scale);
    expect(() => model.getParameter('decoder.weight')).toThrow(
      `Model.getParameter: there is no parameter 'decoder.weight'; there are "temperature", "encoder.shift_l0"`,
    );
  });

  it('lists a shared parameter once, under its first key, and in the state under each', () => {
    const model = new Model();
    model.decoder.scale = model.encoder.scale;
    expect([...model.namedParameters()].map(([key]) => key)).toEqual(
      keys.filter((key) => key !== 'decoder.scale'),
    );
    expect(Object.keys(model.stateDict())).toEqual(keys);
    expect(model.numParameters()).toBe(7);
  });

  it('lists its modules by key, a shared one once', () => {
    const model = new Model();
    expect([...model.namedModules()].map(([key]) => key)).toEqual(['', 'encoder', 'decoder']);
    expect([...model.namedChildren()].map(([key]) => key)).toEqual(['encoder', 'decoder']);
    model.decoder = model.encoder;
    expect(model.modules()).toEqual([model, model.encoder]);
  });

  it('refuses a second parameter under one key', () => {
    class Twice extends Affine {
      constructor() {
        super();
        this.registerParameter('shift_l0', this.scale);
      }
    }
    expect(() => new Twice()).toThrow(
      "Twice.registerParameter: name is 'shift_l0', which a parameter has already",
    );
  });

  it('evaluates for one call, and then restores each module’s mode, also where the call throws', () => {
    const model = new Model();
    const modes = () => model.modules().map(({ training }) => training);
    model.encoder.eval();
    expect(model.evaluating(modes)).toEqual([false, false, false]);
    expect(modes()).toEqual([true, false, true]);
    const fails = () => {
      throw new Error('no');
    };
    expect(() => model.evaluating(fails)).toThrow('no');
    expect(modes()).toEqual([true, false, true]);
    model.evaluating(() => model.evaluating(() => {}));
    expect(modes()).toEqual([true, false, true]);
    model.dispose();
  });

  it('refuses to evaluate an asynchronous function, and restores the modes', async () => {
    const model = new Model();
    for (const f of [async () => 1, () => Promise.reject(new Error('no'))]) {
      expect(() => model.evaluating(f)).toThrow(
        'Model.evaluating: f returned a promise; expected a synchronous function',
      );
      expect(model.training).toBe(true);
    }
    model.dispose();
  });

  it('switches training on and off, and applies a function, to children first', () => {
    const model = new Model();
    expect(model.modules().map(({ training }) => training)).toEqual([true, true, true]);
    expect(model.eval()).toBe(model);
    expect(model.modules().map(({ training }) => training)).toEqual([false, false, false]);
    model.train();
    expect(model.encoder.training).toBe(true);
    const order: Module[] = [];
    model.apply((module) => order.push(module));
    expect(order).toEqual([model.encoder, model.decoder, model]);
  });

  it('freezes parameters, which then have no gradient', () => {
    const model = new Model();
    model.encoder.requiresGrad_(false);
    const trainable = () =>
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => tf.sum(model.forward(tf.ones([2]))) as tf.Scalar);
        return [...model.namedParameters()].filter(([, { name }]) => grads[name]).map(([key]) => key);
      });
    expect(trainable()).toEqual(['temperature', 'decoder.shift_l0', 'decoder.scale']);
    model.requiresGrad_();
    expect(trainable()).toEqual(keys);
    model.dispose();
  });

  it('frees its parameters when disposed, and at the end of a `using` block', () => {
    const before = tf.memory().numTensors;
    {
      using model = new Model();
      expect(model.forward(tf.ones([2])).shape).toEqual([2]);
    }
    const model = new Model();
    model.dispose();
    model.dispose();
    // The example's input and output are left.
    expect(tf.memory().numTensors).toBe(before + 2);
  });
});

describe('loadStateDict', () => {
  it('copies the values of another model, which may then change or be disposed', async () => {
    const [from, to] = [new Model(), new Model()];
    from.temperature.assign(tf.tensor1d([5]));
    from.encoder.scale.assign(tf.tensor1d([7, 8]));
    const expected = await read(from);
    const before = tf.memory().numTensors;
    expect(to.loadStateDict(from.stateDict())).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect(tf.memory().numTensors).toBe(before);
    from.encoder.scale.assign(tf.tensor1d([0, 0]));
    from.dispose();
    expect(await read(to)).toEqual(expected);
  });

  it('takes tensors, and numbers with their shape', async () => {
    const model = new Affine();
    const numbers = new Float32Array([7, 8]);
    model.loadStateDict({ scale: tf.tensor1d([5, 6]), shift_l0: { data: numbers, shape: [2] } });
    numbers.fill(0); // the model has a copy
    expect(await read(model)).toEqual({ scale: [5, 6], shift_l0: [7, 8] });
    model.loadStateDict({ scale: { data: [1, 2], shape: [2] }, shift_l0: { data: [3, 4], shape: [2] } });
    expect(await read(model)).toEqual({ scale: [1, 2], shift_l0: [3, 4] });
  });

  it('survives a model loading its own state', async () => {
    const model = new Model();
    const expected = await read(model);
    model.loadStateDict(model.stateDict());
    expect(await read(model)).toEqual(expected);
  });

  it('names all missing, unexpected and wrongly shaped values at once, and loads nothing', async () => {
    const model = new Model();
    const expected = await read(model);
    const state: StateDict = {
      temperature: tf.ones([1]),
      'encoder.scale': tf.ones([3]),
      'decoder.scale': { data: [1, 2, 3], shape: [2] },
      'encoder.shift_l0': tf.zeros([2], 'int32'),
      'head.weight': tf.zeros([1]),
    };
    expect(() => model.loadStateDict(state)).toThrow(
      [
        'Model.loadStateDict: error(s) in loading the state:',
        '  Missing key(s) in stateDict: "decoder.shift_l0".',
        '  Unexpected key(s) in stateDict: "head.weight".',
        "  dtype mismatch for encoder.shift_l0: the saved value is int32; the model's is float32.",
        "  size mismatch for encoder.scale: the saved value has shape [3]; the model's has [2].",
        '  size mismatch for decoder.scale: the saved value has 3 numbers; its shape [2] has 2.',
      ].join('\n'),
    );
    expect(await read(model)).toEqual(expected);
  });

  it('if not strict, reports missing and unexpected keys and loads the rest, but refuses other shapes', async () => {
    const model = new Affine();
    const state = { scale: tf.tensor1d([5, 6]), other: tf.zeros([1]) };
    expect(model.loadStateDict(state, { strict: false })).toEqual({
      missingKeys: ['shift_l0'],
      unexpectedKeys: ['other'],
    });
    expect(await read(model)).toEqual({ scale: [5, 6], shift_l0: [3, 4] });
    expect(() => model.loadStateDict({ scale: tf.ones([1]) }, { strict: false })).toThrow(
      'size mismatch for scale',
    );
  });

  it('does not take an inherited property for a key', () => {
    const state = Object.create({ scale: tf.ones([2]), shift_l0: tf.ones([2]) }) as StateDict;
    expect(() => new Affine().loadStateDict(state)).toThrow(
      'Missing key(s) in stateDict: "shift_l0", "scale".',
    );
  });
});

describe('containers', () => {
  it('name their modules by number, or by the given names', () => {
    expect(Object.keys(new Sequential(new Affine(), new Affine()).stateDict())).toEqual([
      '0.shift_l0',
      '0.scale',
      '1.shift_l0',
      '1.scale',
    ]);
    expect(Object.keys(new Sequential({ first: new Affine(), second: new Affine() }).stateDict())).toEqual([
      'first.shift_l0',
      'first.scale',
      'second.shift_l0',
      'second.scale',
    ]);
    class Stack extends Module {
      layers = new ModuleList([new Affine()]);
      forward(): void {}
    }
    const stack = new Stack();
    stack.layers.append(new Affine());
    expect(Object.keys(stack.stateDict())).toEqual([
      'layers.0.shift_l0',
      'layers.0.scale',
      'layers.1.shift_l0',
      'layers.1.scale',
    ]);
  });

  it('Sequential passes each module the output of the one before, and leaves no other tensor', async () => {
    const model = new Sequential(new Affine(), new Affine());
    const x = tf.tensor1d([1, 1]);
    const before = tf.memory().numTensors;
    const y = model.forward(x);
    expect(tf.memory().numTensors).toBe(before + 1);
    expect([...(await y.data())]).toEqual([(1 + 3) * 1 + 3, (2 + 4) * 2 + 4]);
    expect(model.at(-1)).toBe([...model][1]);
    expect(model).toHaveLength(2);
    expect(() => model.at(2)).toThrow('Sequential.at: index is 2; there are 2 modules');
  });

  it('an empty Sequential returns its input, whole', async () => {
    const x = tf.tensor1d([1]);
    const y = new Sequential().forward(x);
    y.dispose();
    expect([...(await x.data())]).toEqual([1]);
  });

  it('ModuleList is a list, and has no forward pass', () => {
    const [first, second] = [new Affine(), new Affine()];
    const list = new ModuleList([first]).extend([second]);
    expect([...list]).toEqual([first, second]);
    expect(list).toHaveLength(2);
    expect(list.at(-1)).toBe(second);
    expect(() => list.at(2)).toThrow('ModuleList.at: index is 2; there are 2 modules');
    expect(() => list.forward()).toThrow('ModuleList.forward: a list has no forward pass');
  });
});
