import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inFull } from '../../../../tools/setup/short-form.ts';
import type { KernelCase } from '../../test/case-tensors.ts';
import { kernelCases } from '../../test/kernel-cases.ts';
import { type Placement, PlacingMemory, POISON } from '../../test/placing-memory.ts';
import { cpu } from '../cpu.ts';
import { CpuBackend } from '../cpu-backend.ts';
import type { Kernels } from '../generated/kernels.ts';
import { BACKEND_NAME } from '../name.ts';
import { compileKernels, kernelNames, type Simd } from '../wasm.ts';
import { cpuKernels } from './cpu-kernels.ts';

const called = vi.hoisted(() => new Set<string>());

vi.mock('../wasm.ts', async (original) => {
  const real = await original<typeof import('../wasm.ts')>();
  return {
    ...real,
    instantiateKernels: (...args: Parameters<typeof real.instantiateKernels>): Kernels =>
      new Proxy(
        { ...real.instantiateKernels(...args) },
        {
          get: (kernels, name: keyof Kernels) => {
            called.add(name);
            return kernels[name];
          },
        },
      ),
  };
});

/** All widths in full, otherwise those around the sizes of vectors and tiles */
const WIDTHS = Array.from({ length: 40 }, (_, i) => i + 1).filter(
  (width) => inFull || width < 10 || [12, 15, 16, 17, 24, 31, 32, 33, 40].includes(width),
);

describe.each<Simd>(['plain', 'relaxed'])('with %s SIMD', (simd) => {
  const memory = new PlacingMemory();

  beforeAll(async () => {
    await cpu({ threads: 1 }).load(); // registers the kernels
    tf.removeBackend(BACKEND_NAME);
    const backend = await CpuBackend.create({ simd, threads: 1, memory });
    tf.registerBackend(BACKEND_NAME, () => backend);
    await tf.setBackend(BACKEND_NAME);
  });

  afterAll(() => tf.removeBackend(BACKEND_NAME));

  /** The bits of the results, with the blocks placed according to `placement`. */
  function run(compute: KernelCase, width: number, placement: Placement): number[][] {
    memory.begin(placement);
    return tf.tidy(() => compute(width).map((result) => bits(result.dataSync()))) as unknown as number[][];
  }

  describe('a kernel', () => {
    it.each(Object.keys(kernelCases))('reads and writes only inside its tensors: %s', (name) => {
      for (const width of WIDTHS) {
        const compute = kernelCases[name]!;
        const expected = run(compute, width, { filledWith: 0 });
        const { allocations } = memory;
        expect(allocations).toBeGreaterThan(1);
        for (let atEnd = 0; atEnd < allocations; atEnd++) {
          const where = `width ${width}, block ${atEnd} of ${allocations} at the end of memory`;
          expect(run(compute, width, { atEnd, filledWith: POISON }), where).toEqual(expected);
          expect(memory.firstStrayWrite(), where).toBeUndefined();
          expect(memory.statistics.bytesInUse, where).toBe(0);
        }
      }
    });

    it.each(Object.keys(kernelCases))(
      'without enough memory leaves nothing behind and its inputs unchanged: %s',
      (name) => {
        for (const width of [1, 6, 17]) {
          const compute = kernelCases[name]!;
          const expected = run(compute, width, {});
          const { allocations } = memory;
          const tensors = tf.memory().numTensors;
          const dataBuffers = tf.engine().backend.numDataIds();
          for (let failing = 0; failing < allocations; failing++) {
            const where = `width ${width}, allocation ${failing} of ${allocations} fails`;
            expect(() => run(compute, width, { failing }), where).toThrow('memory cannot grow');
            expect(memory.statistics.bytesInUse, where).toBe(0);
            expect(tf.memory().numTensors, where).toBe(tensors);
            expect(tf.engine().backend.numDataIds(), where).toBe(dataBuffers);
          }
          expect(run(compute, width, {})).toEqual(expected);
        }
      },
    );
  });

  it('covers every kernel', async () => {
    const described = new Set(Object.keys(kernelCases).map((name) => name.split(/[ ,]/)[0]));
    expect(cpuKernels.map(({ kernelName }) => kernelName).filter((name) => !described.has(name))).toEqual([]);
    called.clear();
    for (const compute of Object.values(kernelCases)) run(compute, 9, {});
    const exported = kernelNames(await compileKernels(simd)).filter(
      (name) => name !== 'setThread' && name !== 'heapBase',
    );
    expect(exported.filter((name) => !called.has(name))).toEqual([]);
  });
});

const bits = (values: Float32Array | Int32Array | Uint8Array): number[] => [
  ...(values instanceof Float32Array
    ? new Int32Array(values.buffer, values.byteOffset, values.length)
    : values),
];
