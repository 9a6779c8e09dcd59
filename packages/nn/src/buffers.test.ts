import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError } from '@unroll/backend/errors';
import { readSafetensors, writeSafetensors } from '@unroll/safetensors';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../test/backends.ts';
import { Linear } from './layers/linear.ts';
import { Module } from './module.ts';
import type { BufferOptions } from './own-variables.ts';
import { load } from './saving/load.ts';
import { save } from './saving/save.ts';

/** A variable. The tensor that it was made from is disposed. */
const variable = (make: () => tf.Tensor) => tf.tidy(() => tf.variable(make()));

class Norm extends Module {
  runningMean = variable(() => tf.zeros([2]));
  weight = variable(() => tf.ones([2]));

  constructor() {
    super();
    this.registerBuffer('running_mean', this.runningMean);
    this.registerBuffer(
      'num_batches_tracked',
      variable(() => tf.scalar(0, 'int32')),
    );
    this.registerBuffer(
      'cache',
      variable(() => tf.zeros([3])),
      { persistent: false },
    );
  }

  forward() {}
}

class Model extends Module {
  norm = new Norm();
  scale = variable(() => tf.ones([1]));

  constructor() {
    super();
    this.registerBuffer(
      'steps',
      variable(() => tf.scalar(0, 'int32')),
    );
  }

  forward() {}
}

const names = (entries: Iterable<[string, tf.Variable]>) => [...entries].map(([name]) => name);

onEachBackend(() => {
  // By PyTorch 1.13: state_dict(), named_parameters() and named_buffers() of the same model.
  describe('buffers', () => {
    it('are in the state after a module’s parameters and before its children, and are not parameters', () => {
      using model = new Model();
      expect(Object.keys(model.stateDict())).toEqual([
        'scale',
        'steps',
        'norm.weight',
        'norm.running_mean',
        'norm.num_batches_tracked',
      ]);
      expect(names(model.namedParameters())).toEqual(['scale', 'norm.weight']);
      expect(names(model.namedBuffers())).toEqual([
        'steps',
        'norm.running_mean',
        'norm.num_batches_tracked',
        'norm.cache',
      ]);
      expect(model.buffers()).toContain(model.norm.runningMean);
      expect(model.numParameters()).toBe(3);
      expect(model.getBuffer('norm.running_mean')).toBe(model.norm.runningMean);
      expect(() => model.getBuffer('scale')).toThrow(
        `Model.getBuffer: there is no buffer 'scale'; there are "steps", "norm.running_mean"`,
      );
      expect(() => model.norm.getParameter('running_mean')).toThrow("there is no parameter 'running_mean'");
      using linear = new Linear({ inFeatures: 1, outFeatures: 1 });
      expect(() => linear.getBuffer('mean')).toThrow(
        "Linear.getBuffer: there is no buffer 'mean'; there are none",
      );
    });

    it('have no gradient, whatever is unfrozen', () => {
      using model = new Model();
      model.requiresGrad_(false).requiresGrad_();
      expect(model.buffers().map(({ trainable }) => trainable)).toEqual([false, false, false, false]);
      expect(model.parameters().map(({ trainable }) => trainable)).toEqual([true, true]);
    });

    it('stay buffers where another module has them in a field', () => {
      class Reader extends Module {
        norm = new Norm();
        mean = this.norm.runningMean;
        forward() {}
      }
      using model = new Reader();
      expect(Object.keys(model.stateDict())).not.toContain('mean');
      expect(names(model.namedParameters())).toEqual(['norm.weight']);
    });

    it('come once if two modules share them, but in the state under each key', () => {
      class Twice extends Module {
        a = new Norm();
        b = this.a;
        forward() {}
      }
      using model = new Twice();
      expect(names(model.namedBuffers())).toHaveLength(3);
      expect(Object.keys(model.stateDict())).toContain('b.running_mean');
    });

    it('are disposed with the module', () => {
      const before = tf.memory().numTensors;
      const model = new Model();
      expect(tf.memory().numTensors).toBe(before + 6);
      model.dispose();
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('are loaded, also integers, and a buffer that is not saved is neither missing nor expected', async () => {
      using from = new Norm();
      using to = new Norm();
      tf.tidy(() => {
        from.runningMean.assign(tf.tensor1d([1, 2]));
        from.getBuffer('num_batches_tracked').assign(tf.scalar(7, 'int32'));
        from.getBuffer('cache').assign(tf.ones([3]));
      });
      for (const bring of [
        () => to.loadStateDict(from.stateDict()),
        async () => load(to, await save(from)),
      ]) {
        tf.tidy(() => to.getBuffer('num_batches_tracked').assign(tf.scalar(0, 'int32')));
        expect(await bring()).toEqual({ missingKeys: [], unexpectedKeys: [] });
        expect([...(await to.runningMean.data())]).toEqual([1, 2]);
        expect([...(await to.getBuffer('num_batches_tracked').data())]).toEqual([7]);
        expect([...(await to.getBuffer('cache').data())]).toEqual([0, 0, 0]);
      }
      expect(() => to.loadStateDict({ ...from.stateDict(), cache: from.getBuffer('cache') })).toThrow(
        'Unexpected key(s) in stateDict: "cache".',
      );
    });

    it('take whole numbers of any form where they are integers, and no others', async () => {
      using model = new Norm();
      const counter = model.getBuffer('num_batches_tracked');
      const load = (value: unknown): void => {
        model.loadStateDict({ ...model.stateDict(), num_batches_tracked: value as tf.Tensor });
      };
      const forms: ((count: number) => unknown)[] = [
        (count) => ({ data: [count], shape: [] }),
        (count) => ({ data: new Float32Array([count]), shape: [] }),
        (count) => ({ data: new Int32Array([count]), shape: [] }),
        (count) => ({ data: new BigInt64Array([BigInt(count)]), shape: [] }),
        (count) => tf.scalar(count),
        (count) => tf.scalar(count, 'int32'),
      ];
      for (const [i, form] of forms.entries()) {
        tf.tidy(() => load(form(i + 1)));
        expect([counter.dtype, ...(await counter.data())]).toEqual(['int32', i + 1]);
      }
      const before = tf.memory().numTensors;
      for (const [value, shown] of [
        [{ data: [0.5], shape: [] }, '0.5'],
        [{ data: new Float32Array([Number.NaN]), shape: [] }, 'NaN'],
        [{ data: new BigInt64Array([2n ** 31n]), shape: [] }, '2147483648'],
      ] as const) {
        expect(() => load(value)).toThrow(`has ${shown} at 0 of its data; expected a number that int32 has`);
      }
      expect(() => tf.tidy(() => load(tf.scalar(1.5)))).toThrow('has 1.5 at 0 of its data');
      expect(() => tf.tidy(() => load(tf.scalar(true)))).toThrow('the saved value is bool');
      expect([...(await counter.data())]).toEqual([forms.length]);
      expect(tf.memory().numTensors).toBe(before);
    });

    it('are written as 32-bit integers and read from PyTorch’s 64-bit ones', async () => {
      using model = new Norm();
      const { tensors } = readSafetensors(await save(model));
      expect(tensors.get('num_batches_tracked')).toEqual({
        dtype: 'I32',
        shape: [],
        data: new Int32Array([0]),
      });
      const bytes = writeSafetensors([
        ...[...tensors].filter(([key]) => key !== 'num_batches_tracked'),
        ['num_batches_tracked', { dtype: 'I64', shape: [], data: new BigInt64Array([12n]) }],
      ]);
      await load(model, bytes);
      expect([...(await model.getBuffer('num_batches_tracked').data())]).toEqual([12]);
    });
  });
});

describe('registerBuffer refuses', () => {
  class Registering extends Module {
    constructor(name: unknown, buffer: unknown, options?: unknown) {
      super();
      this.registerParameter(
        'taken',
        variable(() => tf.ones([1])),
      );
      this.registerBuffer(
        'mean',
        variable(() => tf.ones([1])),
      );
      this.registerBuffer(name as string, buffer as tf.Variable, options as BufferOptions);
    }
    forward() {}
  }
  it.each([
    ['taken', variable(() => tf.ones([1])), {}, "name is 'taken', which a parameter has already"],
    ['mean', variable(() => tf.ones([1])), {}, "name is 'mean', which a buffer has already"],
    ['a.b', variable(() => tf.ones([1])), {}, "name is 'a.b'; expected a name without a dot"],
    ['', variable(() => tf.ones([1])), {}, "name is ''; expected a name without a dot"],
    ['other', tf.ones([1]), {}, 'buffer is '],
    ['other', variable(() => tf.ones([1])), { persist: true }, "there is no option 'persist'"],
  ])('a wrong name, buffer or option: %s', (name, buffer, options, message) => {
    const make = () => new Registering(name, buffer, options);
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(`Registering.registerBuffer: ${message}`);
  });
});
