import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { DeviceLostError } from '@unroll/backend/errors';
import { beforeEach, describe, expect, it } from 'vitest';
import { isThere, options, whySkipped } from '../../test/adapter.ts';
import { BACKEND_NAME } from '../name.ts';
import { internalsOf } from '../tfjs/internals.ts';
import { webgpu } from '../webgpu.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { workgroupsFor } from './each-item.ts';
import { KeptCommands } from './kept-commands.ts';
import { type ProgramSource, programs } from './program.ts';

const SIZE = 2000;

const source = (code: string): ProgramSource => ({
  name: 'add',
  params: { count: 'u32' },
  buffers: { x: ['read', 'f32'], y: ['read_write', 'f32'] },
  code,
});

/** y = x + by; each number has its own program */
const adding = programs(({ by }: { by: number }) =>
  source(`@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
    if (id.x < params.count) { y[id.x] = x[id.x] + ${by}; }
  }`),
);

const broken = programs(() => source('@compute @workgroup_size(64) fn main() { y[0] = nothing; }'));

describe.skipIf(!isThere)(`the first call of a program${whySkipped}`, () => {
  let gpu: WebgpuBackend;
  let last = 0;
  const start = async (more = {}) => {
    await useBackend(webgpu({ ...options, recurrentKernel: 'loop', ...more }));
    gpu = tf.findBackend(BACKEND_NAME) as WebgpuBackend;
    await gpu.flush();
  };
  beforeEach(() => start());

  const run = (program: ReturnType<typeof adding>, x: tf.TensorInfo): tf.Tensor =>
    tf.engine().makeTensorFromTensorInfo(
      gpu.runKernel(() => {
        const y = gpu.output(x.shape);
        const workgroups = workgroupsFor(SIZE, 64);
        gpu.run(program, { buffers: { x, y }, params: { count: SIZE }, workgroups });
        return y;
      }),
    );
  /** Adds with a program that was never called before */
  const add = (x: tf.TensorInfo) => {
    last++;
    return { y: run(adding({ by: last }), x), by: last };
  };
  const filled = (value: number, size = SIZE) => tf.tensor1d(new Float32Array(size).fill(value));
  const first = async (x: tf.Tensor) => (await x.data())[0];
  const isKeeping = () => internalsOf(gpu).commandEncoder instanceof KeptCommands;

  it('returns before its pipeline is ready, and its result is right', async () => {
    const { programs: before, submissions } = gpu.statistics;
    const { y, by } = add(filled(1));
    expect(isKeeping()).toBe(true);
    expect(gpu.statistics).toMatchObject({ programs: before, submissions });
    expect(await first(y)).toBe(1 + by);
    expect(gpu.statistics.programs).toBe(before + 1);
    expect(isKeeping()).toBe(false);
  });

  it('is sent when its pipeline is ready, even if no code waits for it', async () => {
    const { submissions } = gpu.statistics;
    add(filled(1));
    const start = performance.now();
    while (isKeeping() && performance.now() - start < 20_000)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(gpu.statistics.submissions).toBe(submissions + 1);
  });

  it('keeps no commands after all programs are ready', async () => {
    const x = filled(1);
    const { y, by } = add(x);
    await y.data();
    run(adding({ by }), x);
    expect(isKeeping()).toBe(false);
  });

  it('keeps its order relative to programs of TensorFlow.js, uploads and copies', async () => {
    const a = add(filled(1));
    const halved = tf.floor(tf.div(a.y, filled(2)));
    const b = add(halved);
    const copied = tf.engine().makeTensorFromTensorInfo(
      gpu.runKernel(() => {
        const to = gpu.output([SIZE]);
        gpu.copy(b.y, to);
        return to;
      }),
    );
    const c = add(tf.sub(copied, filled(10)));
    const half = Math.floor((1 + a.by) / 2);
    expect(await first(c.y)).toBe(half + b.by - 10 + c.by);
    expect(await first(halved)).toBe(half);
  });

  it('returns before its pipeline is ready also for a program of TensorFlow.js', async () => {
    const size = SIZE + 1;
    const y = tf.mirrorPad(filled(3, size), [[2, 2]], 'reflect');
    expect(isKeeping()).toBe(true);
    const again = tf.mirrorPad(filled(4, size), [[2, 2]], 'reflect');
    expect(await first(y)).toBe(3);
    expect(await first(again)).toBe(4);
    expect(await first(tf.mirrorPad(filled(5, size), [[2, 2]], 'reflect'))).toBe(5);
    expect(isKeeping()).toBe(false);
  });

  it('is not affected by buffers that are freed and acquired while it waits', async () => {
    const { buffers } = gpu.statistics;
    const sums = Array.from({ length: 100 }, (_, i) => {
      const x = filled(i);
      const { y, by } = i % 10 === 0 ? add(x) : { y: run(adding({ by: last }), x), by: last };
      const z = tf.add(y, x);
      tf.dispose([x, y]);
      return { z, expected: 2 * i + by };
    });
    for (const { z, expected } of sums) {
      expect(await first(z)).toBe(expected);
      z.dispose();
    }
    expect(gpu.statistics.buffers).toBe(buffers);
  });

  it('does not wait forever if the main thread never yields', async () => {
    const { submissions } = gpu.statistics;
    let { y, by } = add(filled(0));
    for (let i = 0; i < 5000; i++) {
      const next = run(adding({ by }), y);
      y.dispose();
      y = next;
    }
    expect(gpu.statistics.submissions).toBeGreaterThan(submissions);
    expect(isKeeping()).toBe(false);
    expect(await first(y)).toBe(5001 * by);
  });

  it('does not hold much memory while it waits', () => {
    const { y, by } = add(filled(1));
    const held = Array.from({ length: 5 }, () => gpu.runKernel(() => gpu.output([2 ** 24])));
    expect(isKeeping()).toBe(true);
    run(adding({ by }), y);
    expect(isKeeping()).toBe(false);
    for (const { dataId } of held) gpu.disposeData(dataId);
  });

  it('runs at once if waiting commands hold the memory that is needed', async () => {
    await start({ maxMemory: 2 ** 20 });
    const x = filled(0, 30_000);
    let sum = x;
    for (let i = 0; i < 40; i++) {
      const next = tf.tidy(() => {
        const padded = tf.mirrorPad(tf.add(sum, x), [[1, 1]], 'reflect') as tf.Tensor1D;
        const inner = tf.slice(padded, 1, x.size);
        return i % 7 === 0 ? (add(inner).y as tf.Tensor1D) : inner;
      });
      if (sum !== x) sum.dispose();
      sum = next;
    }
    expect((await sum.data())[SIZE]).toBe(0);
  });

  it('runs at once if memory is needed in the middle of a call of TensorFlow.js', async () => {
    await start({ maxMemory: 2 ** 20 });
    const x = filled(7);
    const { y, by } = add(x);
    tf.dispose(tf.floor(y));
    // Memory for the output, but none for the uniforms.
    const rest = 2 ** 20 - gpu.statistics.bytesInUse - 4 * (SIZE + 4);
    const held = gpu.runKernel(() => gpu.output([rest / 4]));
    const padded = tf.mirrorPad(y as tf.Tensor1D, [[2, 2]], 'reflect');
    expect(await first(padded)).toBe(7 + by);
    gpu.disposeData(held.dataId);
  });

  it('runs at once while tf.time measures, and if TensorFlow.js passes a buffer on', async () => {
    const { y, by } = add(filled(1));
    const { kernelMs } = await tf.time(() => void tf.cosh(add(y).y));
    expect(typeof kernelMs).toBe('number');
    const { tensorRef } = add(y).y.dataToGPU();
    expect(isKeeping()).toBe(false);
    expect(await first(tensorRef)).toBe(1 + by + last);
  });

  it('fails like any command if its code does not compile, and later reads are right', async () => {
    await expect((async () => run(broken({}), filled(1)).data())()).rejects.toThrow(
      'webgpu: a command failed: ',
    );
    // Flush also reports that the pipeline and its commands failed.
    await gpu.flush().catch(() => {});
    for (let i = 0; i < 3; i++) {
      const { y, by } = add(filled(1));
      expect(await first(y)).toBe(1 + by);
    }
  });

  it('ends with the device, like everything that waits for it', async () => {
    const { y } = add(filled(1));
    const reading = y.data().catch((error: unknown) => error);
    const idle = gpu.idle();
    gpu.device.destroy();
    expect(await reading).toBeInstanceOf(DeviceLostError);
    await idle;
    await expect(gpu.flush()).rejects.toBeInstanceOf(DeviceLostError);
  });

  it('ends with the backend, like everything that waits for it', async () => {
    const { y } = add(filled(1));
    const reading = y.data().catch((error: unknown) => error);
    gpu.dispose();
    expect(await reading).toBeInstanceOf(Error);
    await gpu.idle();
    await start();
    const { y: another, by } = add(filled(1));
    expect(await first(another)).toBe(1 + by);
  });
});
