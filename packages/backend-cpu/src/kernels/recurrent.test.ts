import {
  grads,
  type NamedTensorMap,
  setBackend,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { GATES, type Mode } from '@unroll/backend/contract';
import { type RecurrentInputs, recurrent } from '@unroll/backend/operations';
import {
  draw,
  expectClose,
  functional,
  type HostTensor,
  type HostTensors,
  upload,
} from '@unroll/backend-testkit/torch';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { cpu, cpuMemory } from '../cpu.ts';
import type { Simd } from '../wasm.ts';

interface Configuration {
  mode: Mode;
  reverse: boolean;
  steps: number;
  rows: number;
  features: number;
  hiddenSize: number;
  /** 0: no projection */
  projection: number;
  biases: 'both' | 'ih' | 'hh' | 'none';
  initialState: boolean;
  lengths: 'none' | 'sorted' | 'any';
}

const sizes = { steps: [1, 2, 5, 9], rows: [1, 2, 3, 7, 13], features: [1, 3, 8], hidden: [1, 3, 8, 17, 33] };

const configurations: fc.Arbitrary<Configuration> = fc
  .record({
    mode: fc.constantFrom<Mode>('rnn_tanh', 'rnn_relu', 'lstm', 'gru'),
    reverse: fc.boolean(),
    steps: fc.constantFrom(...sizes.steps),
    rows: fc.constantFrom(...sizes.rows),
    features: fc.constantFrom(...sizes.features),
    hiddenSize: fc.constantFrom(...sizes.hidden),
    projection: fc.constantFrom(0, 1, 5),
    biases: fc.constantFrom<Configuration['biases']>('both', 'ih', 'hh', 'none'),
    initialState: fc.boolean(),
    lengths: fc.constantFrom<Configuration['lengths']>('none', 'sorted', 'any'),
  })
  .map((config) => ({
    ...config,
    projection: config.mode === 'lstm' && config.projection < config.hiddenSize ? config.projection : 0,
  }));

/** Enough work for two threads. */
const large: Configuration = {
  mode: 'lstm',
  reverse: true,
  steps: 12,
  rows: 17,
  features: 40,
  hiddenSize: 70,
  projection: 0,
  biases: 'both',
  initialState: true,
  lengths: 'any',
};

function makeInputs(config: Configuration): RecurrentInputs {
  const { steps, rows, features, hiddenSize, projection, biases, initialState } = config;
  const gates = GATES[config.mode] * hiddenSize;
  const outputSize = projection || hiddenSize;
  let seed = 0;
  const make = <T extends Tensor>(...shape: number[]): T => {
    seed += 1;
    // As in PyTorch's initialisation: with larger weights, the recurrence would amplify rounding errors.
    const bound = shape[0] === gates ? 1 / Math.sqrt(hiddenSize) : 1;
    return upload(draw(`input ${seed}`, shape, [-bound, bound])) as T;
  };
  const lengths = Array.from({ length: rows }, (_, row) => 1 + ((row * 7 + 3) % steps));
  if (config.lengths === 'sorted') lengths.sort((a, b) => b - a);
  return {
    x: make<Tensor3D>(steps, rows, features),
    weightIh: make<Tensor2D>(gates, features),
    weightHh: make<Tensor2D>(gates, outputSize),
    biasIh: biases === 'both' || biases === 'ih' ? make<Tensor1D>(gates) : undefined,
    biasHh: biases === 'both' || biases === 'hh' ? make<Tensor1D>(gates) : undefined,
    weightHr: projection ? make<Tensor2D>(projection, hiddenSize) : undefined,
    h0: initialState ? make<Tensor2D>(rows, outputSize) : undefined,
    c0: initialState && config.mode === 'lstm' ? make<Tensor2D>(rows, hiddenSize) : undefined,
    lengths: config.lengths === 'none' ? undefined : (tensor(lengths, [rows], 'int32') as Tensor1D),
  };
}

/** Outputs, and the gradients of all inputs for random gradients of the outputs. */
function run(config: Configuration): HostTensors {
  const inputs = makeInputs(config);
  const options = { mode: config.mode, reverse: config.reverse };
  const results: Record<string, HostTensor> = {};
  const keep = (name: string, result: Tensor) => {
    results[name] = { shape: result.shape, dtype: 'float32', values: result.dataSync() };
  };
  const outputsOf = (given: RecurrentInputs) => recurrent(given, options) as unknown as NamedTensorMap;
  for (const [name, output] of Object.entries(outputsOf(inputs))) keep(name, output);

  const present = Object.entries(inputs).filter(([name, input]) => input && name !== 'lengths');
  const weightedSum = (...args: Tensor[]) => {
    const again = Object.fromEntries(present.map(([name], i) => [name, args[i]!]));
    return functional(outputsOf({ ...again, lengths: inputs.lengths } as RecurrentInputs), 'recurrent');
  };
  const gradients = grads(weightedSum)(present.map(([, input]) => input as Tensor));
  for (const [i, [name]] of present.entries()) keep(`d ${name}`, gradients[i]!);
  return results;
}

describe.each<{ simd: Simd; threads: number }>([
  { simd: 'relaxed', threads: 1 },
  { simd: 'relaxed', threads: 2 },
  { simd: 'plain', threads: 2 },
])('recurrent kernels ($simd SIMD, $threads threads)', ({ simd, threads }) => {
  const backend = cpu({ simd, threads });
  beforeAll(() => useBackend(backend));

  it('equal the portable kernels in the forward results and every gradient', async () => {
    await fc.assert(
      fc.asyncProperty(configurations, async (config) => {
        await setBackend('cpu');
        const expected = tidy(() => run(config) as never);
        await setBackend(backend.name);
        expectClose(
          tidy(() => run(config) as never),
          expected,
          2e-5,
        );
      }),
      { numRuns: 150, seed: 20 },
    );
  });

  it('leave no memory allocated', async () => {
    const before = cpuMemory().bytesInUse;
    for (const mode of ['rnn_tanh', 'lstm', 'gru'] as const) {
      tidy(() => run({ ...large, mode, projection: mode === 'lstm' ? 20 : 0 }) as never);
    }
    expect(cpuMemory().bytesInUse).toBe(before);
  });

  it('propagate NaN and infinite inputs like the portable kernels', async () => {
    for (const mode of ['rnn_tanh', 'rnn_relu', 'lstm', 'gru'] as const) {
      const outputs: number[][] = [];
      for (const name of ['cpu', backend.name]) {
        await setBackend(name);
        const inputs = makeInputs({ ...large, mode, steps: 3, lengths: 'none', initialState: false });
        const x = inputs.x.dataSync();
        x.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 0);
        const [steps, rows, features] = inputs.x.shape;
        const { y } = recurrent({ ...inputs, x: tensor(x, [steps, rows, features]) }, { mode });
        outputs.push([...y.dataSync()]);
      }
      const [expected, actual] = outputs as [number[], number[]];
      expected.forEach((value, i) => {
        if (Number.isFinite(value)) expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-5);
        else expect(actual[i]).toBe(value);
      });
    }
  });

  it('equal the portable kernels if the work is large enough to be shared', async () => {
    for (const mode of ['rnn_tanh', 'lstm', 'gru'] as const) {
      await setBackend('cpu');
      const expected = tidy(() => run({ ...large, mode }) as never);
      await setBackend(backend.name);
      expectClose(
        tidy(() => run({ ...large, mode }) as never),
        expected,
        2e-5,
      );
    }
  });
});
