import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import './ready.ts';
import { observeTape, type TapeNode, valueAndGradients } from './tape.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const weight = () => tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));

describe('observeTape', () => {
  it('reports each operation that has a gradient, and lets the observer wrap the gradient', () => {
    const w = weight();
    let wrapped = 0;
    const end = observeTape((node: TapeNode) => {
      const { gradient } = node;
      node.gradient = (dys) => {
        wrapped++;
        return gradient!(dys);
      };
    });
    tf.tidy(() => {
      tf.square(w);
      expect(wrapped).toBe(0);
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(w)) as tf.Scalar);
      expect([...grads[w.name]!.dataSync()]).toEqual([2, 4]);
    });
    expect(wrapped).toBe(2);
    end();
    tf.tidy(() => void tf.variableGrads(() => tf.sum(tf.square(w)) as tf.Scalar));
    expect(wrapped).toBe(2);
    w.dispose();
  });

  it('restores TensorFlow.js when the last of several observers stops', () => {
    const taped = tf.engine() as unknown as { addTapeNode: unknown };
    const before = taped.addTapeNode;
    const seen: string[] = [];
    const ends = ['a', 'b'].map((name) => observeTape(() => seen.push(name)));
    const w = weight();
    tf.tidy(() => void tf.variableGrads(() => tf.sum(w) as tf.Scalar));
    expect(seen.slice(0, 2)).toEqual(['a', 'b']);
    for (const end of ends) {
      expect(taped.addTapeNode).not.toBe(before);
      end();
    }
    expect(taped.addTapeNode).toBe(before);
    w.dispose();
  });
});

describe('valueAndGradients', () => {
  it('gives a value and gradients, but no gradient for a tensor that the value does not depend on', () => {
    const [w, other] = [weight(), weight()];
    tf.tidy(() => {
      const { value, grads } = valueAndGradients(() => tf.sum(tf.square(w)), [w, other]);
      expect(value.dataSync()[0]).toBe(5);
      expect([...grads[0]!.dataSync()]).toEqual([2, 4]);
      expect(grads[1] ?? undefined).toBeUndefined();
    });
    tf.dispose([w, other]);
  });

  it.each([
    [
      'forward',
      (w: tf.Variable) => {
        tf.square(w);
        throw new Error('failed');
      },
    ],
    [
      'backward',
      (w: tf.Variable) =>
        tf.sum(
          tf.customGrad((x) => ({
            value: tf.square(x as tf.Tensor),
            gradFunc: () => {
              throw new Error('failed');
            },
          }))(tf.mul(w, w)),
        ),
    ],
  ] as const)('frees the saved tensors if %s throws', (_, f) => {
    const w = weight();
    const { numTensors } = tf.memory();
    expect(() => tf.tidy(() => valueAndGradients(() => f(w), [w]).value)).toThrow('failed');
    expect(tf.memory().numTensors).toBe(numTensors);
    // The tape is empty again, so the next gradient is correct.
    tf.tidy(() => {
      const { grads } = valueAndGradients(() => tf.sum(tf.square(w)), [w]);
      expect([...grads[0]!.dataSync()]).toEqual([2, 4]);
    });
    w.dispose();
  });
});
