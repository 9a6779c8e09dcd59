import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { operationName, scopeName } from './scope.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

it('the innermost scope has the name given by its caller; an operation’s scope has the operation’s name', () => {
  expect(scopeName()).toBe('');
  const names: string[][] = [];
  const note = () => void names.push([scopeName(), operationName()]);
  tf.tidy('outer', () => {
    tf.tidy('inner', note);
    tf.tidy(note);
    note();
  });
  expect(names).toEqual([
    ['inner', ''],
    ['', ''],
    ['outer', ''],
  ]);
  const operation = tf.op({
    addTwice_: (x: tf.Tensor) => {
      note();
      return tf.add(x, x);
    },
  });
  tf.tidy(() => operation(tf.scalar(1)));
  expect(names.at(-1)).toEqual(['addTwice', 'addTwice']);
});
