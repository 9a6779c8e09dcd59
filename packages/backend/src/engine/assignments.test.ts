import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import '#tfjs-gradients';
import { observeAssignments } from './assignments.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** A variable of one number, and the values assigned to it while `f` runs. */
function observed(f: (variable: tf.Variable) => void): { seen: number[]; value: number } {
  const variable = tf.tidy(() => tf.variable(tf.scalar(1)));
  const seen: number[] = [];
  const end = observeAssignments((assigned, value) => {
    if (assigned === variable) seen.push(value.dataSync()[0]!);
  });
  try {
    f(variable);
    return { seen, value: variable.dataSync()[0]! };
  } finally {
    end();
    variable.dispose();
  }
}

describe('observeAssignments', () => {
  it('reports assignments by programs and by TensorFlow.js’s optimizers before they happen', () => {
    const { seen, value } = observed((variable) => {
      tf.tidy(() => variable.assign(tf.scalar(5)));
      tf.train.sgd(0.1).minimize(() => tf.mul(variable, 10) as tf.Scalar);
    });
    expect(seen).toEqual([5, 4]);
    expect(value).toBe(4);
  });

  it('does not report assignments that tfjs refuses or that change nothing', () => {
    const { seen } = observed((variable) => {
      expect(() => variable.assign(tf.tensor1d([1, 2]) as never)).toThrow('shape of the new value');
      expect(() => variable.assign(tf.scalar(1, 'int32'))).toThrow('dtype of the new value');
      tf.tidy(() => variable.assign(variable.clone()));
    });
    expect(seen).toEqual([]);
  });

  it('restores assign when the last observer stops', () => {
    const before = tf.Variable.prototype.assign;
    const end = observeAssignments(() => {});
    expect(tf.Variable.prototype.assign).not.toBe(before);
    end();
    expect(tf.Variable.prototype.assign).toBe(before);
  });
});
