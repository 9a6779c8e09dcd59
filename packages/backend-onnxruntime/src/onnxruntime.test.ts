import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import { AdamW, step, update } from '@unroll/optim';
import { afterEach, describe, expect, it } from 'vitest';
import { flush, onnxruntime, onnxruntimeProfile, onnxruntimeStatistics } from './onnxruntime.ts';
import type { DumpedGraph, OnnxruntimeOptions } from './options.ts';

const use = (options: OnnxruntimeOptions = {}) => useBackend(onnxruntime({ threads: 1, ...options }));
const read = async (tensor: tf.Tensor) => [...(await tensor.data())];
/** What `f` adds to a count of the statistics. */
async function added(name: 'runs' | 'sessionsCreated' | 'sessionsEvicted', f: () => Promise<unknown>) {
  const before = onnxruntimeStatistics()[name];
  await f();
  return onnxruntimeStatistics()[name] - before;
}

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

  it('leaves out what was disposed of before it was read', async () => {
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

  it('uses a session again for long sums of other sizes, whatever divides these', async () => {
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
        if (reading) await step(optimizer, lossFunction);
        else update(optimizer, lossFunction).dispose();
      }
      return read(layer.parameters()[0]!);
    };
    const expected = await train(true);
    const created = await added('sessionsCreated', async () => expect(await train(false)).toEqual(expected));
    // The first step makes the optimizer's state; those that follow are alike.
    expect(created).toBeLessThanOrEqual(3);
  });

  it('copies what it is given: an array may be filled anew before anything is read', async () => {
    await use();
    const array = Float32Array.of(1, 2);
    const doubled = tf.mul(tf.tensor1d(array), 2);
    array.fill(9);
    expect(await read(doubled)).toEqual([2, 4]);
  });

  it('hands out copies: what was read stays as it is when the tensor is gone', async () => {
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

  it('runs long recordings by itself when the program waits for something', async () => {
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

  it('keeps as many sessions as it is told, and counts those it gives up', async () => {
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
      await step(optimizer, () => tf.mean(tf.square(layer.forward(x))));
      pooled.push(onnxruntimeStatistics().bytesPooled);
    }
    expect(pooled.slice(3)).toEqual(pooled.slice(3).map(() => pooled[3]));
  });
});

describe('errors', () => {
  it('says that a result cannot be read synchronously, whose it is, and what to do', async () => {
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

  it('says which kernel ONNX cannot express where the host may not help', async () => {
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

  it('asks to read first what a result’s shape depends on', async () => {
    await use();
    expect(() => tf.unique(tf.mul(tf.tensor1d([1, 1]), 2))).toThrow(
      'onnxruntime: the shape of what Unique returns depends on x, which has not been computed; read it first: await x.data()',
    );
  });

  it.each([
    [{ threads: 0 }, 'onnxruntime: threads is 0; expected a whole number of at least 1'],
    [{ maxSessions: 1.5 }, 'onnxruntime: maxSessions is 1.5; expected a whole number of at least 1'],
    [{ maxPooledBytes: -1 }, 'onnxruntime: maxPooledBytes is -1; expected a number of bytes'],
    [{ executionProviders: [] }, 'onnxruntime: executionProviders is an empty list; expected at least one'],
    [
      { graphOptimizationLevel: 'most' as 'all' },
      "onnxruntime: graphOptimizationLevel is 'most'; expected one of 'disabled', 'basic', 'extended', 'layout', 'all'",
    ],
    [{ dumpGraph: 3 as never }, "onnxruntime: dumpGraph is 3; expected a folder's path or a function"],
    [{ dumpGraph: '' }, "onnxruntime: dumpGraph is ''; expected a folder's path or a function"],
    [{ executionProviders: 'cpu' as never }, "onnxruntime: executionProviders is 'cpu'; expected an array"],
    [
      { executionProviders: [{}] as never },
      'onnxruntime: executionProviders is [an object]; expected an array',
    ],
    [{ profile: 'yes' as never }, "onnxruntime: profile is 'yes'; expected true or false"],
    [
      { dump_graph: 'here' } as never,
      "onnxruntime: there is no option 'dump_graph'; did you mean dumpGraph?",
    ],
  ])('refuses the options %j', (options, message) => {
    expect(() => onnxruntime(options)).toThrow(message);
  });

  it('says which execution providers there are where one is missing', async () => {
    const support = await onnxruntime({ executionProviders: ['abacus', 'cpu'] }).support();
    expect(support).toMatchObject({
      supported: false,
      reason: expect.stringContaining(
        "the installed onnxruntime-node has no execution provider 'abacus'; it has cpu",
      ),
    });
  });

  it('says that nothing was measured', async () => {
    await use();
    await expect(onnxruntimeProfile()).rejects.toThrow('use the backend onnxruntime({ profile: true })');
  });
});

describe('options', () => {
  it('writes every graph to a folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'graphs-'));
    await use({ dumpGraph: folder });
    await read(tf.exp(tf.scalar(1)));
    await read(tf.sin(tf.scalar(1)));
    expect(readdirSync(folder)).toEqual(['graph-1.onnx', 'graph-2.onnx']);
    rmSync(folder, { recursive: true });
  });

  it('names the option where a graph cannot be written, or the function that takes it fails', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'graphs-')), 'file');
    writeFileSync(file, '');
    await use({ dumpGraph: `${file}/folder` });
    await expect(read(tf.exp(tf.scalar(1)))).rejects.toThrow(
      `onnxruntime: dumpGraph: ${file}/folder/graph-1.onnx could not be written: `,
    );
    await use({
      dumpGraph: () => {
        throw new Error('full');
      },
    });
    await expect(read(tf.exp(tf.scalar(1)))).rejects.toThrow(
      'onnxruntime: dumpGraph: the function failed: full',
    );
    rmSync(file);
  });

  it('measures kernels, by the layers that called them, backward passes included', async () => {
    class Tagger extends nn.Module {
      readonly gru = new nn.GRU({ inputSize: 2, hiddenSize: 3 });
      readonly linear = new nn.Linear({ inFeatures: 3, outFeatures: 2 });

      forward(x: tf.Tensor): tf.Tensor {
        return this.linear.forward(this.gru.forward(x)[0]);
      }
    }
    await use({ profile: true });
    const model = new Tagger();
    const optimizer = new AdamW(model.parameters());
    const x = tf.ones([4, 2, 2]);
    await step(optimizer, () => tf.mean(tf.square(model.forward(x))));
    const profile = await onnxruntimeProfile();
    const places = profile.map(({ layer, kernel }) => `${layer}: ${kernel}`);
    expect(places).toEqual(
      expect.arrayContaining([
        'Tagger › GRU: RecurrentForward',
        'Tagger › GRU: RecurrentBackward',
        'Tagger › GRU: BatchMatMul',
        'Tagger › Linear: BatchMatMul',
        'AdamW.step: AdamStep',
        '(no layer): Mean',
      ]),
    );
    expect(profile.every(({ milliseconds, nodes }) => milliseconds >= 0 && nodes > 0)).toBe(true);
    // Sessions of later runs are measured anew.
    await step(optimizer, () => tf.mean(tf.square(model.forward(x))));
    expect((await onnxruntimeProfile()).length).toBeGreaterThan(3);
    await use();
  });

  it('gives the same gradients at every graphOptimizationLevel', async () => {
    const norms: number[][] = [];
    for (const graphOptimizationLevel of ['disabled', 'basic', 'extended', 'layout', 'all'] as const) {
      await use({ graphOptimizationLevel });
      nn.manualSeed(2);
      const lstm = new nn.LSTM({ inputSize: 2, hiddenSize: 3, bidirectional: true });
      const x = tf.reshape(tf.range(0, 24), [4, 3, 2]);
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(lstm.forward(x)[0])) as tf.Scalar);
      const read = await Promise.all(Object.values(grads).map((grad) => tf.norm(grad).data()));
      norms.push(read.map(([norm]) => Number(norm!.toPrecision(4))));
      tf.disposeVariables();
    }
    expect(norms).toEqual(norms.map(() => norms[0]));
    expect(norms[0]!.every((norm) => norm > 0)).toBe(true);
  });
});
