import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { followNewTensors, numTensors } from './new-tensors.ts';
import './ready.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('following new tensors', () => {
  it('gives each tensor with the operation that made it', () => {
    const a = tf.tensor1d([1, 2]);
    const known = tf.tidy(() => tf.variable(tf.tensor1d([0])));
    const stop = followNewTensors();
    const sum = tf.tidy(() => tf.add(tf.square(a), 1));
    const given = tf.tensor1d([3]);
    known.assign(given);
    const weight = tf.tidy(() => tf.variable(given));
    const made = stop();
    expect(made.get(sum)).toBe('add');
    expect(made.get(given)).toBe('tf.tensor');
    expect(made.get(weight)).toBe('tf.variable');
    expect(made.has(a)).toBe(false);
    expect(made.has(known)).toBe(false);
    expect([...made.values()]).toContain('square');
    const later = tf.neg(a);
    expect(made.has(later)).toBe(false);
    tf.dispose([a, known, sum, given, weight, later]);
  });

  it('ends by itself after 20,000 tensors, which a program that never asks does not keep', () => {
    const running = tf.engine() as unknown as Record<string, unknown>;
    const before = [running.runKernel, running.trackTensor];
    const stop = followNewTensors();
    tf.tidy(() => {
      for (let i = 0; i < 20_000; i++) tf.scalar(i);
    });
    expect([running.runKernel, running.trackTensor]).toEqual(before);
    expect(stop().size).toBe(0);
  });

  it('is for one caller at a time', () => {
    const running = tf.engine() as unknown as Record<string, unknown>;
    const before = [running.runKernel, running.trackTensor];
    const [first, second] = [followNewTensors(), followNewTensors()];
    const x = tf.ones([2]);
    expect(second().size).toBe(0);
    expect(first().has(x)).toBe(true);
    expect([running.runKernel, running.trackTensor]).toEqual(before);
    x.dispose();
  });

  it('leaves the engine as it was, and the count of tensors right', () => {
    const running = tf.engine() as unknown as Record<string, unknown>;
    const before = [running.runKernel, running.trackTensor];
    const count = numTensors();
    const stop = followNewTensors();
    const x = tf.ones([2]);
    expect(numTensors()).toBe(count + 1);
    expect(numTensors()).toBe(tf.memory().numTensors);
    stop();
    expect([running.runKernel, running.trackTensor]).toEqual(before);
    x.dispose();
  });
});
