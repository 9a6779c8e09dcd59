import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { read, use } from '../test/on-onnxruntime.ts';
import { onnxruntimeStatistics } from './onnxruntime.ts';

afterEach(() => {
  tf.disposeVariables();
});

describe('a result that cannot be computed or read', () => {
  it('names the operation of a result that cannot be read synchronously, and says what to do', async () => {
    await use();
    expect(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 4])).dataSync()).toThrow(
      'onnxruntime: the result of BatchMatMul (called by matMul) of a float32 [2, 3], b float32 [3, 4] cannot be read ' +
        'synchronously, as by dataSync() or arraySync(): it has yet to be computed, which takes an await',
    );
  });

  it('names the operation that failed, and computes all else', async () => {
    await use();
    const table = tf.variable(tf.tensor2d([[1, 2]]));
    const good = tf.add(table, 1);
    const bad = tf.gatherND(table, tf.tensor2d([[3]], [1, 1], 'int32'));
    table.assign(tf.mul(table, 10) as tf.Tensor2D);
    await expect(bad.data()).rejects.toThrow(
      /^onnxruntime: GatherNd \(called by gatherND\) of params float32 \[1, 2\], indices int32 \[1, 1\] failed: [\s\S]*Nothing is lost/,
    );
    expect(await read(good)).toEqual([2, 3]);
    expect(await read(table)).toEqual([10, 20]);
    await expect(bad.data()).rejects.toThrow('GatherNd');
    bad.dispose();
    expect(await read(tf.sum(good))).toEqual([5]);
    expect(onnxruntimeStatistics().pending).toBe(0);
  });

  it.each([
    ['of a result', (x: tf.Tensor) => tf.mul(x, tf.transpose(x))],
    ['inside a graph', (x: tf.Tensor) => tf.sum(tf.exp(tf.mul(x, tf.transpose(x))))],
  ])('says that memory did not suffice, %s, and goes on', async (_, compute) => {
    await use();
    const column = tf.ones([2 ** 20, 1]);
    const huge = compute(column);
    await expect(huge.data()).rejects.toThrow('The memory did not suffice: dispose of tensors');
    huge.dispose();
    expect(await read(tf.sum(column))).toEqual([2 ** 20]);
  });

  it('names a kernel that ONNX cannot express where the host may not run it', async () => {
    await use({ hostFallback: false });
    expect(() => tf.unique(tf.tensor1d([1, 1]))).toThrow(
      'onnxruntime: ONNX cannot express Unique (called by unique) of x float32 [2] (it has no lowering), and the option hostFallback is false',
    );
  });

  it('counts what runs on the host, before and between graphs', async () => {
    await use();
    const x = tf.tensor1d([3, 1, 3]);
    expect(await read(tf.unique(x).values)).toEqual([3, 1]);
    const spectrum = tf.spectral.fft(tf.cast(tf.mul(x, 2), 'complex64'));
    expect((await read(tf.real(spectrum)))[0]).toBe(14);
    const { hostFallbacks } = onnxruntimeStatistics();
    expect(hostFallbacks).toMatchObject({ Unique: 1, FFT: 1 });
  });

  it('warns of the first call of each kernel that runs on the host', async () => {
    await use();
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    try {
      for (let i = 0; i < 2; i++) {
        await read(tf.bincount(tf.tensor1d([1, 1], 'int32'), tf.tensor1d([]), 3));
        await read(tf.lowerBound(tf.tensor1d([1, 2]), tf.tensor1d([2])));
      }
      const told = warn.mock.calls.map(([message]) => message as string);
      expect(told.length).toBeGreaterThan(0);
      expect(new Set(told).size).toBe(told.length);
      expect(told[0]).toMatch(
        /^onnxruntime: \w+ \(called by \w+\) of .* runs on the host in JavaScript, because ONNX cannot express it \(.+\)\. Such calls are slow\./,
      );
    } finally {
      warn.mockRestore();
    }
  });

  it('asks to read first the tensor that a result’s shape depends on', async () => {
    await use();
    expect(() => tf.unique(tf.mul(tf.tensor1d([1, 1]), 2))).toThrow(
      'onnxruntime: the shape of what Unique returns depends on x, which has not been computed; read it first: await x.data()',
    );
  });
});
