import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { scopeName } from './scope.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

it('the innermost scope has the name that its caller gave, and an operation’s scope its own', () => {
  expect(scopeName()).toBe('');
  const names: string[] = [];
  tf.tidy('outer', () => {
    tf.tidy('inner', () => void names.push(scopeName()));
    names.push(scopeName());
  });
  expect(names).toEqual(['inner', 'outer']);
  const operation = tf.op({
    addTwice_: (x: tf.Tensor) => {
      names.push(scopeName());
      return tf.add(x, x);
    },
  });
  tf.tidy(() => operation(tf.scalar(1)));
  expect(names.at(-1)).toBe('addTwice__op');
});
