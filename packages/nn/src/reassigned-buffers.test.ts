import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError } from '@unroll/backend/errors';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../test/backends.ts';
import { Linear } from './layers/linear.ts';
import { Module } from './module.ts';
import { BatchNorm1d } from './normalization/batch-norm1d.ts';

const variable = (...values: number[]) => tf.tidy(() => tf.variable(tf.tensor1d(values)));

/** Two buffers in fields. One field has the buffer's name, the other does not. */
class Norm extends Module {
  mean = variable(1);
  runningVar = variable(2);
  weight = variable(3);

  constructor() {
    super();
    this.registerBuffer('mean', this.mean);
    this.registerBuffer('running_var', this.runningVar);
  }

  forward() {}
}

/** One buffer, registered before a subclass has its fields. */
class Base extends Module {
  constructor() {
    super();
    this.registerBuffer('mean', variable(1));
  }

  forward() {}
}

onEachBackend(() => {
  describe('a buffer', () => {
    // By PyTorch 1.13: m.mean = torch.zeros(1) of a registered buffer 'mean'.
    it('becomes the variable that its field is given, and is not trained', () => {
      using norm = new Norm();
      tf.dispose([norm.mean, norm.runningVar]);
      norm.mean = variable(7);
      norm.runningVar = variable(8);
      expect([...norm.namedParameters()]).toEqual([['weight', norm.weight]]);
      expect(Object.entries(norm.stateDict())).toEqual([
        ['weight', norm.weight],
        ['mean', norm.mean],
        ['running_var', norm.runningVar],
      ]);
      expect(norm.buffers()).toEqual([norm.mean, norm.runningVar]);
      expect(norm.mean.trainable).toBe(false);
    });

    it('is swapped with another when their fields are swapped', () => {
      using norm = new Norm();
      const { mean, runningVar } = norm;
      [norm.mean, norm.runningVar] = [runningVar, mean];
      expect([...norm.namedBuffers()]).toEqual([
        ['mean', runningVar],
        ['running_var', mean],
      ]);
    });

    it('stays where another field that held it gets another variable', () => {
      class Turning extends Norm {
        current = this.mean;
      }
      using norm = new Turning();
      norm.current = norm.runningVar;
      expect(norm.getBuffer('mean')).toBe(norm.mean);
      expect(norm.parameters()).toEqual([norm.weight]);
    });

    it('of a base class is not replaced by a field of a subclass, which is an error', () => {
      class Derived extends Base {
        mean = variable(2);
      }
      const model = new Derived();
      for (const walk of [() => model.parameters(), () => model.buffers(), () => model.stateDict()]) {
        expect(walk).toThrow("Derived: the field 'mean' holds another variable; its name is registered");
      }
    });

    it('of a layer of this package is not replaced by a field either', () => {
      class Fixed extends BatchNorm1d {
        override running_mean = variable(0) as tf.Variable<tf.Rank.R1>;
      }
      const layer = new Fixed({ numFeatures: 1 });
      expect(() => layer.stateDict()).toThrow("Fixed: the field 'running_mean' holds another variable");
    });
  });
});

// By PyTorch 1.13: KeyError "attribute 'scale' already exists".
it('a field’s name is not free for another variable, also in a subclass', () => {
  const other = variable(1);
  class Scaled extends Module {
    scale = variable(1);
    child = new Linear({ inFeatures: 1, outFeatures: 1 });
    register(what: 'registerBuffer' | 'registerParameter', name: string, value: tf.Variable) {
      this[what](name, value);
    }
    forward() {}
  }
  for (const method of ['registerBuffer', 'registerParameter'] as const) {
    const model = new Scaled();
    const keys = Object.keys(model.stateDict());
    const calls = [
      [
        () => model.register(method, 'scale', other),
        "'scale', which a field with another variable has already",
      ],
      [
        () => model.register(method, 'child', other),
        "'child', which a field with a child module has already",
      ],
    ] as const;
    for (const [call, message] of calls) {
      expect(call).toThrow(ArgumentError);
      expect(call).toThrow(`Scaled.${method}: name is ${message}`);
    }
    expect(Object.keys(model.stateDict())).toEqual(keys);
    model.register(method, 'scale', model.scale);
    expect(Object.keys(model.stateDict()).sort()).toEqual([...keys].sort());
  }
  const tied = new Scaled();
  tied.register('registerParameter', 'scale', tied.scale);
  tied.scale = other;
  expect(tied.getParameter('scale')).toBe(other);
  expect(tied.parameters()).toHaveLength(3);
  class Hidden extends Base {
    mean = new Linear({ inFeatures: 1, outFeatures: 1 });
  }
  expect(() => new Hidden().parameters()).toThrow("Hidden: the field 'mean' holds a child module; its name");
});
