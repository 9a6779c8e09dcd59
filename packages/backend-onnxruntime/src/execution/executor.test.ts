import * as tf from '@tensorflow/tfjs-core';
import { Adam, trainingStep } from '@unroll/optim';
import { describe, expect, it } from 'vitest';
import { Arrays } from '../arrays/arrays.ts';
import { HostKernels } from '../host/host-kernels.ts';
import { registerKernels } from '../kernels.ts';
import { OnnxruntimeBackend } from '../onnxruntime-backend.ts';
import { loadRuntime } from '../runtime/runtime.node.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { GraphRunner } from './graph-runner.ts';
import { SessionCache } from './session-cache.ts';

/** A backend on a runtime that differs from the real one. */
async function use(
  name: string,
  change: (runtime: Runtime) => Partial<Runtime>,
): Promise<OnnxruntimeBackend> {
  const real = (await loadRuntime()) as Runtime;
  const runtime: Runtime = { ...real, ...change(real) };
  const arrays = new Arrays(2 ** 20);
  const graphs = new GraphRunner({
    runtime,
    sessions: new SessionCache(4),
    arrays,
    sessionOptions: { logSeverityLevel: 4 },
    profiler: undefined,
    onGraph: undefined,
  });
  const backend = new OnnxruntimeBackend({
    runtime,
    arrays,
    graphs,
    layers: undefined,
    hostKernels: new HostKernels(),
    hostFallback: true,
    maxPending: 100,
  });
  registerKernels(name);
  tf.registerBackend(name, () => backend);
  await tf.setBackend(name);
  return backend;
}

describe('Executor', () => {
  it('says for which operation no session could be created, and tries again at the next read', async () => {
    let broken = true;
    await use('broken-sessions', (real) => ({
      createSession: (model, options) =>
        broken
          ? Promise.reject(
              new Error("Could not find an implementation for Exp(13) node with name '1 Exp/Exp_1'"),
            )
          : real.createSession(model, options),
    }));
    const y = tf.exp(tf.neg(tf.tensor1d([0, 0])));
    await expect(y.data()).rejects.toThrow(
      /^onnxruntime: no session could be created for Exp \(called by exp\) of x float32 \[2\]: Could not find[\s\S]*Nothing is lost/,
    );
    broken = false;
    expect([...(await y.data())]).toEqual([1, 1]);
  });

  it('keeps the values of a run that fails, and the arrays that it was to write', async () => {
    let failures = 1;
    const backend = await use('failing-runs', (real) => ({
      createSession: async (model, options) => {
        const session = await real.createSession(model, options);
        return {
          ...session,
          run: (feeds, fetches) => {
            if (failures-- > 0) throw new Error('std::bad_alloc');
            return session.run(feeds, fetches);
          },
        };
      },
    }));
    const weight = tf.variable(tf.tensor1d([1, 2]));
    const triple = () => tf.tidy(() => weight.assign(tf.mul(weight, 3)));
    triple();
    await expect(weight.data()).rejects.toThrow('The memory did not suffice');
    // The assignment is rolled back with its value.
    expect([...(await weight.data())]).toEqual([1, 2]);
    triple();
    expect([...(await weight.data())]).toEqual([3, 6]);
    expect(backend.statistics.pending).toBe(0);
    weight.dispose();
  });

  it('rolls back a step that is several graphs, whichever of them fails', async () => {
    let runs = 0;
    let failAt = 0;
    await use('failing-pieces', (real) => ({
      createSession: async (model, options) => {
        const session = await real.createSession(model, options);
        return {
          ...session,
          run: (feeds, fetches) => {
            runs++;
            if (runs === failAt) throw new Error('std::bad_alloc');
            return session.run(feeds, fetches);
          },
        };
      },
    }));
    // The shapes differ, so that nothing repeats.
    const weights = Array.from({ length: 40 }, (_, i) => tf.tidy(() => tf.variable(tf.fill([i + 1], 1))));
    const optimizer = new Adam(weights, { lr: 0.5 });
    const x = tf.ones([1]);
    const loss = () =>
      tf.addN(
        weights.map((weight) => {
          let y: tf.Tensor = tf.mul(weight, x);
          for (let i = 0; i < 6; i++) y = tf.add(y, tf.mul(tf.tanh(y), x));
          return tf.sum(y);
        }),
      ) as tf.Scalar;
    await trainingStep(optimizer, loss);
    runs = 0;
    await trainingStep(optimizer, loss);
    const pieces = runs;
    expect(pieces).toBeGreaterThan(2);
    const before = await Promise.all(weights.map((weight) => weight.data()));
    for (let piece = 1; piece <= pieces; piece++) {
      runs = 0;
      failAt = piece;
      await expect(trainingStep(optimizer, loss), `piece ${piece}`).rejects.toThrow(
        'The memory did not suffice',
      );
      expect(await Promise.all(weights.map((weight) => weight.data())), `piece ${piece}`).toEqual(before);
      expect(optimizer.state.get(weights[0]!)!.step).toBe(2);
    }
    failAt = 0;
    await trainingStep(optimizer, loss);
    expect(await weights[0]!.data()).not.toEqual(before[0]);
    optimizer.dispose();
    tf.dispose([x, ...weights]);
  });

  it('takes results in arrays of the runtime’s own where it cannot write into given ones', async () => {
    const backend = await use('own-arrays', () => ({ writesIntoArrays: false }));
    const doubled = tf.mul(tf.tensor1d([1, 2]), 2);
    expect([...(await doubled.data())]).toEqual([2, 4]);
    const before = backend.statistics.bytesPooled;
    doubled.dispose();
    expect(backend.statistics.bytesPooled).toBe(before);
  });
});
