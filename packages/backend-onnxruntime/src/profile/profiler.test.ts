import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import * as optim from '@unroll/optim';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onnxruntime, onnxruntimeProfile, onnxruntimeStatistics } from '../onnxruntime.ts';
import { Profiler } from './profiler.ts';

/** A trace with a given number of events, half of which belong to a body. */
async function* trace(events: number): AsyncGenerator<string> {
  yield '[';
  for (let i = 0; i < events; i++) {
    const name = i % 2 === 0 ? '0 Scan/Scan_1/body/MatMul_kernel_time' : '1 Exp/Exp_1_kernel_time';
    yield `{"cat" : "Node","dur" :2000,"name" :"${name}","args" : {}},`;
  }
  yield ']';
}

const session = (tracePrefix: string) => ({
  calls: [
    { layer: 'LSTM', kernel: 'RecurrentForward' },
    { layer: 'Head', kernel: 'Exp' },
  ],
  session: { endProfiling: () => {} },
  tracePrefix,
});

describe('Profiler', () => {
  it('sums traces that are longer than a string may be', async () => {
    const profiler = new Profiler({ newPrefix: () => 'a', take: () => trace(1_000_000) });
    await profiler.read('graph', session('a'));
    expect(profiler.take()).toEqual([
      { layer: 'Head', kernel: 'Exp', nodes: 500_000, milliseconds: 1_000_000 },
    ]);
    expect(profiler.take()).toEqual([]);
  });

  it('ends a session before its trace has more events than ONNX Runtime keeps', async () => {
    const profiler = new Profiler({ newPrefix: () => 'a', take: () => trace(100_000) });
    const first = session('a');
    expect(profiler.isFullAfterRun('graph', first)).toBe(true);
    await profiler.read('graph', first);
    const second = session('b');
    expect([1, 2, 3].map(() => profiler.isFullAfterRun('graph', second))).toEqual([false, false, true]);
  });

  it('reports a trace that cannot be read when the profile is asked for', async () => {
    const profiler = new Profiler({
      newPrefix: () => 'a',
      // biome-ignore lint/correctness/useYield: it fails before its first line
      take: async function* () {
        throw new Error('gone');
      },
    });
    await profiler.read('graph', session('a'));
    expect(() => profiler.take()).toThrow('gone');
    expect(profiler.take()).toEqual([]);
  });
});

/** ONNX Runtime itself writes other files to this folder. */
const tracesIn = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('unroll-'));

describe('onnxruntime({ profile: true })', () => {
  const original = process.env.TMPDIR;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'unroll-profile-test-'));
    process.env.TMPDIR = folder;
  });
  afterEach(async () => {
    await useBackend(onnxruntime({ threads: 1 }));
    if (original === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = original;
    rmSync(folder, { recursive: true, force: true });
  });

  it('counts sessions that were evicted, and leaves no folder behind', async () => {
    await useBackend(onnxruntime({ threads: 1, profile: true, maxSessions: 1 }));
    const x = tf.tensor1d([1, 2]);
    const kernels = [tf.exp, tf.sin, tf.cos, tf.tanh];
    for (const kernel of kernels) {
      const y = kernel(x);
      await y.data();
      y.dispose();
    }
    const profile = await onnxruntimeProfile();
    expect(profile.map(({ kernel }) => kernel).sort()).toEqual(['Cos', 'Exp', 'Sin', 'Tanh']);
    expect(tracesIn(folder)).toEqual([]);
    x.dispose();
  });

  it('leaves no folder behind where another backend takes its place', async () => {
    await useBackend(onnxruntime({ threads: 1, profile: true }));
    const y = tf.exp(tf.tensor1d([1, 2]));
    await y.data();
    await useBackend(onnxruntime({ threads: 1 }));
    const z = tf.exp(tf.tensor1d([1, 2]));
    await z.data();
    await new Promise((resume) => setTimeout(resume, 50));
    expect(tracesIn(folder)).toEqual([]);
    tf.dispose([z]);
  });

  it('names the folder for traces if they cannot be written', async () => {
    process.env.TMPDIR = join(folder, 'missing');
    await useBackend(onnxruntime({ threads: 1, profile: true }));
    const y = tf.exp(tf.tensor1d([1, 2]));
    await expect(y.data()).rejects.toThrow(/the option profile needs a folder for traces.*missing.*TMPDIR/);
    process.env.TMPDIR = folder;
    expect((await y.data())[0]).toBeCloseTo(Math.E, 5);
    y.dispose();
  });

  it('says which trace was deleted', async () => {
    await useBackend(onnxruntime({ threads: 1, profile: true }));
    const run = async () => {
      const y = tf.exp(tf.tensor1d([1, 2]));
      await y.data();
      y.dispose();
    };
    await run();
    await run();
    rmSync(folder, { recursive: true });
    await expect(onnxruntimeProfile()).rejects.toThrow(/onnxruntimeProfile: the trace in .* cannot be read/);
    expect((await onnxruntimeProfile()).map(({ kernel }) => kernel)).toEqual(['Exp']);
  });

  it('tells layers from the function that steps', async () => {
    await useBackend(onnxruntime({ threads: 1, profile: true }));
    const layer = new nn.Linear({ inFeatures: 2, outFeatures: 1 });
    const optimizer = new optim.SGD(layer.parameters(), { lr: 0.1 });
    const x = tf.ones([3, 2]);
    for (let i = 0; i < 3; i++)
      await optim.trainingStep(optimizer, () => tf.mean(layer.forward(x)) as tf.Scalar);
    const layers = new Set((await onnxruntimeProfile()).map((entry) => entry.layer));
    expect(layers).toContain('Linear');
    expect(layers).toContain('SGD.step');
    expect([...layers].filter((name) => name.startsWith('Module'))).toEqual([]);
    expect(onnxruntimeStatistics().pending).toBe(0);
    tf.dispose([x]);
    layer.dispose();
    optimizer.dispose();
  });
});
