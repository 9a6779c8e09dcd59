import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { AdamW, trainingStep, update } from '@unroll/optim';
import { afterEach, describe, expect, it } from 'vitest';
import { added, read, use } from '../../test/on-onnxruntime.ts';
import { flush, onnxruntimeStatistics } from '../onnxruntime.ts';
import type { DumpedGraph } from '../options.ts';

afterEach(() => {
  tf.disposeVariables();
});

describe('recording', () => {
  it('runs all that is pending as one graph when one value is read', async () => {
    await use();
    const a = tf.tensor1d([1, 2, 3]);
    const b = tf.mul(tf.add(a, 1), 2);
    const c = tf.sum(b);
    expect(onnxruntimeStatistics().pending).toBe(3);
    expect(await added('runs', async () => expect(await read(c)).toEqual([18]))).toBe(1);
    expect(await added('runs', async () => expect(await read(b)).toEqual([4, 6, 8]))).toBe(0);
  });

  it('leaves out operations whose results were disposed before they were read', async () => {
    await use();
    const graphs: DumpedGraph[] = [];
    await use({ dumpGraph: (graph) => graphs.push(graph) });
    const a = tf.tensor1d([1, 2]);
    const kept = tf.exp(a);
    tf.tidy(() => {
      tf.sin(tf.cos(a));
    });
    expect(await read(kept)).toHaveLength(2);
    expect(graphs.map(({ kernels }) => kernels)).toEqual([['Exp']]);
  });

  it('uses a session again for other numbers, other sizes and other batches', async () => {
    await use();
    const compute = async (rows: number, factor: number) => {
      const x = tf.ones([rows, 3]);
      const y = tf.sum(tf.mul(tf.reshape(x, [3, rows]), factor), 1);
      expect(await read(y)).toEqual([rows, rows, rows].map((sum) => sum * factor));
    };
    const created = await added('sessionsCreated', async () => {
      for (const rows of [2, 5, 7, 100]) await compute(rows, rows / 2);
    });
    expect(created).toBe(1);
  });

  it('uses a session again for long sums of other sizes, whatever divisors these have', async () => {
    await use();
    const compute = async (rows: number) => {
      const x = tf.fill([rows, 3], 0.5);
      const results = [tf.sum(x), tf.sum(x, 0), tf.mean(x, 0), tf.sum(tf.transpose(x), 1), tf.sum(x, 1)];
      const total = tf.addN(results.map((result) => tf.sum(result)));
      const row = rows * 0.5;
      expect(await read(total)).toEqual([3 * row + 3 * row + 1.5 + 3 * row + 3 * row]);
    };
    const created = await added('sessionsCreated', async () => {
      for (const rows of [1200, 1201, 4099, 2 ** 15, 129 * 64]) await compute(rows);
    });
    expect(created).toBe(1);
  });

  it('computes the same bits each time', async () => {
    await use({ threads: 2 });
    const a = tf.randomNormal([200, 300]) as tf.Tensor2D;
    const once = await read(tf.matMul(a, a, false, true));
    for (let i = 0; i < 3; i++) expect(await read(tf.matMul(a, a, false, true))).toEqual(once);
  });

  it('runs a loop of updates that reads nothing as many runs of one graph, to the same weights', async () => {
    await use();
    const train = async (reading: boolean) => {
      nn.manualSeed(1);
      const layer = new nn.Linear({ inFeatures: 2, outFeatures: 3 });
      const optimizer = new AdamW(layer.parameters());
      const x = tf.ones([4, 2]);
      for (let i = 0; i < 6; i++) {
        const lossFunction = () => tf.mean(tf.square(layer.forward(x)));
        if (reading) await trainingStep(optimizer, lossFunction);
        else update(optimizer, lossFunction).dispose();
      }
      return read(layer.parameters()[0]!);
    };
    const expected = await train(true);
    const created = await added('sessionsCreated', async () => expect(await train(false)).toEqual(expected));
    // The first step makes the optimizer's state. Later steps are alike.
    expect(created).toBeLessThanOrEqual(3);
  });

  it('copies given arrays: the program may refill them before anything is read', async () => {
    await use();
    const array = Float32Array.of(1, 2);
    const doubled = tf.mul(tf.tensor1d(array), 2);
    array.fill(9);
    expect(await read(doubled)).toEqual([2, 4]);
  });

  it('returns copies: numbers that were read stay the same when the tensor is gone', async () => {
    await use();
    const a = tf.add(tf.tensor1d([1, 2]), 1);
    const values = await a.data();
    a.dispose();
    expect(await read(tf.add(tf.tensor1d([7, 7]), 1))).toEqual([8, 8]);
    expect([...values]).toEqual([2, 3]);
  });

  it('reads a tensor that is disposed of meanwhile', async () => {
    await use();
    const sum = tf.add(tf.tensor1d([1, 2]), 1);
    const values = sum.data();
    sum.dispose();
    expect([...(await values)]).toEqual([2, 3]);
    expect(onnxruntimeStatistics().pending).toBe(0);
  });

  it('runs long recordings without a read when the program awaits something', async () => {
    await use({ maxPending: 50 });
    let x: tf.Tensor = tf.scalar(0);
    for (let i = 0; i < 60; i++) x = tf.add(x, 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(onnxruntimeStatistics().pending).toBe(0);
    expect(await read(x)).toEqual([60]);
  });

  it('flushes on demand', async () => {
    await use();
    const a = tf.exp(tf.scalar(0));
    await flush();
    expect(a.dataSync()[0]).toBe(1);
  });

  it('keeps as many sessions as the option allows, and counts those it evicts', async () => {
    await use({ maxSessions: 2 });
    const operations = [tf.exp, tf.sin, tf.cos, tf.exp];
    const evicted = await added('sessionsEvicted', async () => {
      for (const operation of operations) await read(operation(tf.scalar(0)));
    });
    expect(evicted).toBe(2);
    expect(onnxruntimeStatistics().sessions).toBe(2);
  });

  it('swaps two arrays for a parameter and its next value, and takes no more memory step by step', async () => {
    await use();
    const layer = new nn.Linear({ inFeatures: 300, outFeatures: 200 });
    const optimizer = new AdamW(layer.parameters());
    const x = tf.ones([4, 300]);
    const pooled: number[] = [];
    for (let i = 0; i < 8; i++) {
      await trainingStep(optimizer, () => tf.mean(tf.square(layer.forward(x))));
      pooled.push(onnxruntimeStatistics().bytesPooled);
    }
    expect(pooled.slice(3)).toEqual(pooled.slice(3).map(() => pooled[3]));
  });
});
