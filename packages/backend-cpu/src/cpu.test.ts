import {
  add,
  cast,
  complex,
  fill,
  getBackend,
  keep,
  matMul,
  memory,
  ones,
  randomNormal,
  real,
  reshape,
  reverse,
  scalar,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  variable,
} from '@tensorflow/tfjs-core';
import { capabilities, useBackend } from '@unroll/backend';
import { beforeEach, describe, expect, it } from 'vitest';
import { cpu, cpuMemory } from './cpu.ts';
import { supportsSimd } from './wasm.ts';

const MEGABYTE = 1024 * 1024;

describe('cpu()', () => {
  it('refuses options out of their range, naming them', () => {
    expect(() => cpu({ threads: 0 })).toThrow('cpu: threads is 0; expected a whole number from 1 to 64');
    expect(() => cpu({ maxMemory: 1000 })).toThrow('cpu: maxMemory is 1000 bytes; expected at least 1048576');
    expect(() => cpu({ simd: 'avx' as 'plain' })).toThrow(
      `cpu: simd is 'avx'; expected 'relaxed' or 'plain'`,
    );
  });

  it('is supported in Node, in both builds', async () => {
    expect(supportsSimd('relaxed')).toBe(true);
    for (const simd of ['relaxed', 'plain'] as const) {
      expect(await cpu({ simd }).support()).toEqual({ supported: true });
    }
  });

  it('gives the reason if it cannot run', async () => {
    const { WebAssembly: original } = globalThis;
    try {
      globalThis.WebAssembly = { ...original, validate: () => false } as unknown as typeof WebAssembly;
      expect(await cpu().support()).toEqual({
        supported: false,
        reason: "this runtime's WebAssembly has no SIMD",
      });
      globalThis.WebAssembly = undefined as never;
      expect(await cpu().support()).toEqual({
        supported: false,
        reason: 'this runtime has no WebAssembly',
      });
    } finally {
      globalThis.WebAssembly = original;
    }
  });

  it('reports its number of threads and its own kernels of the contract', async () => {
    await useBackend(cpu({ threads: 2 }));
    expect(capabilities()).toMatchObject({ device: 'cpu', threads: 2, synchronousReads: true });
    expect(capabilities().fusedKernels).toContain('RecurrentForward');
  });

  it('is replaced by a backend with other options, and variables move there', async () => {
    await useBackend(cpu({ threads: 2 }));
    const weights = variable(tensor1d([1, 2, 3]));
    add(weights, 1).dispose();
    await useBackend(cpu({ threads: 1, simd: 'plain' }));
    expect(capabilities().threads).toBe(1);
    expect([...(await weights.data())]).toEqual([1, 2, 3]);
    weights.dispose();
  });
});

describe('tensors on the CPU backend', () => {
  beforeEach(async () => {
    await useBackend(cpu({ threads: 1, maxMemory: 64 * MEGABYTE }));
  });

  it('take WebAssembly memory when one of our kernels uses them, and free it', () => {
    const before = cpuMemory().bytesInUse;
    const a = ones([100, 100]);
    const b = matMul(a, a);
    expect(cpuMemory().bytesInUse - before).toBe(2 * Math.ceil(40_000 / 64) * 64);
    expect(memory()).toMatchObject({ unreliable: false, ...cpuMemory() });
    a.dispose();
    b.dispose();
    expect(cpuMemory().bytesInUse).toBe(before);
  });

  it('share their elements with reshaped tensors until the last one is disposed of', () => {
    const before = cpuMemory().bytesInUse;
    const a = tidy(() => matMul(ones([4, 4]), ones([4, 4])));
    const b = reshape(a, [16]);
    a.dispose();
    expect([...b.dataSync()]).toEqual(new Array(16).fill(4));
    b.dispose();
    expect(cpuMemory().bytesInUse).toBe(before);
  });

  it('are read as copies, in JavaScript and in WebAssembly memory', () => {
    for (const x of [tensor([1, 2, 3]), matMul(tensor2d([[1]]), tensor2d([[1, 2, 3]]))]) {
      const read = x.dataSync();
      read.fill(9);
      expect([...x.dataSync()]).toEqual([1, 2, 3]);
    }
  });

  it('keep elements that a tfjs kernel took from a disposed tensor', () => {
    const x = matMul(tensor2d([[1]]), tensor2d([[1, 2, 3]]));
    const same = tidy(() => keep(cast(cast(x, 'int32'), 'float32')));
    const turned = reverse(x);
    x.dispose();
    for (let i = 0; i < 10; i++) fill([1, 3], 7).dispose();
    const other = matMul(tensor2d([[5]]), tensor2d([[5, 5, 5]]));
    expect([...same.dataSync()]).toEqual([1, 2, 3]);
    expect([...turned.dataSync()]).toEqual([3, 2, 1]);
    other.dispose();
  });

  it('of every dtype keep their values', async () => {
    expect([...tensor([true, false, true]).dataSync()]).toEqual([1, 0, 1]);
    expect([...add(tensor([1, 2], [2], 'int32'), scalar(3, 'int32')).dataSync()]).toEqual([4, 5]);
    expect(await tensor(['größe', '']).data()).toEqual(['größe', '']);
    expect([...real(complex([1, 2], [3, 4])).dataSync()]).toEqual([1, 2]);
  });

  it('that do not fit throw an error with the sizes, and the backend keeps working', () => {
    const before = memory().numTensors;
    const inUse = cpuMemory().bytesInUse;
    const a = randomNormal([5000, 3]);
    expect(() => tidy(() => matMul(a, a, false, true))).toThrow(
      /^WebAssembly memory cannot grow: 100000000 bytes .* were asked for, .* limit is 67108864 bytes/,
    );
    a.dispose();
    expect(memory().numTensors).toBe(before);
    expect(cpuMemory().bytesInUse).toBe(inUse);
    expect(matMul(ones([2, 2]), ones([2, 2])).dataSync()[0]).toBe(2);
    expect(getBackend()).toBe('unroll-cpu');
  });
});
