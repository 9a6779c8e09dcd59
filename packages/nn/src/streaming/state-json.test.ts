import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { CellState } from '../recurrent/cell-state.ts';
import { stateFromJSON, stateToJSON } from './state-json.ts';

describe('a state as JSON', () => {
  it('keeps structure, shapes, dtypes and every bit', async () => {
    const state: CellState = {
      h: [tf.tensor([Number.NaN, -0, 1 / 3, Infinity], [2, 2]), tf.tensor([1e-42], [1])],
      steps: tf.tensor([-7, 2 ** 31 - 1], [2], 'int32'),
      done: tf.tensor([1, 0], [2], 'bool'),
      none: tf.zeros([0, 3]),
    };
    const restored = stateFromJSON<typeof state>(JSON.parse(JSON.stringify(await stateToJSON(state))));
    const tensors = (value: typeof state) =>
      [...(value.h as tf.Tensor[]), value.steps, value.done, value.none] as tf.Tensor[];
    for (const [i, tensor] of tensors(restored).entries()) {
      const original = tensors(state)[i]!;
      expect([tensor.shape, tensor.dtype]).toEqual([original.shape, original.dtype]);
      expect(await tensor.data()).toEqual(await original.data());
    }
  });

  it.each<[string, unknown, string]>([
    ['null', null, 'stateFromJSON: json is null; expected what stateToJSON gives'],
    ['a number in a list', [1], 'stateFromJSON: json[0] is 1; expected what stateToJSON gives'],
    [
      'bytes that are too few',
      { h: { shape: [2], dtype: 'float32', data: 'AAAAAA==' } },
      'stateFromJSON: json.h has 4 bytes of data; [2] of float32 is 8',
    ],
    [
      'another dtype',
      { shape: [], dtype: 'string', data: '' },
      "stateFromJSON: json has the dtype 'string'; expected one of float32, int32, bool",
    ],
    [
      'a shape that is none',
      { shape: [-1], dtype: 'bool', data: '' },
      'stateFromJSON: json has the shape [-1]',
    ],
    [
      'no base64',
      { shape: [1], dtype: 'bool', data: '*' },
      'stateFromJSON: json has data that are no base64',
    ],
  ])('is refused where it is %s, before any tensor is made', (_, json, message) => {
    const before = tf.memory().numTensors;
    expect(() => stateFromJSON(json)).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('accepts only tensors', async () => {
    await expect(stateToJSON([tf.ones([1]), 'x'] as unknown as CellState)).rejects.toThrow(
      'stateToJSON: state[1] is string; expected a tensor, or tensors in a list or a plain object',
    );
    await expect(stateToJSON(tf.tensor(['x']))).rejects.toThrow(
      'stateToJSON: state is of string; expected float32, int32, bool',
    );
  });
});
