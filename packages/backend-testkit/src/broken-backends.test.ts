import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Backend } from '@unroll/backend';
import {
  fusedKernels,
  GATES,
  type HasValuesAtHand,
  type Mode,
  portableKernels,
} from '@unroll/backend/contract';
import { describe, expect, it } from 'vitest';
import { type BackendTestOptions, backendChecks } from './backend-checks.ts';

/** A backend whose tensors' values are on the host; only the backend itself can know this. */
class HostBackend extends MathBackendCPU implements HasValuesAtHand {
  hostValues(dataId: tf.DataId): tf.TypedArray {
    return this.readSync(dataId) as tf.TypedArray;
  }
}

type Breaks = (right: tf.KernelFunc) => tf.KernelFunc;

/** tfjs-backend-cpu under another name, with its own wrong versions of some contract kernels. */
function brokenBackend(name: string, breaks: Readonly<Record<string, Breaks>>): Backend {
  return {
    name,
    support: async () => ({ supported: true }),
    load: async () => {
      tf.registerBackend(name, () => new HostBackend());
      for (const kernel of tf.getKernelsForBackend('cpu')) {
        if (!portableKernels.has(kernel.kernelName)) tf.registerKernel({ ...kernel, backendName: name });
      }
      for (const [kernelName, breakIt] of Object.entries(breaks)) {
        const kernelFunc = breakIt(portableKernels.get(kernelName)!);
        tf.registerKernel({ kernelName, backendName: name, kernelFunc });
      }
    },
    idle: async () => {},
    capabilities: () => ({
      device: 'cpu',
      threads: 1,
      precision: 'float32',
      fusedKernels: fusedKernels(name),
      synchronousReads: true,
      captures: false,
    }),
  };
}

/**
 * Names of the checks that fail. The checks with 2,000 steps are left out, because other checks find the same faults
 * sooner.
 */
async function failures(backend: Backend, options?: BackendTestOptions): Promise<string[]> {
  const failed: string[] = [];
  for (const { group, name, run } of backendChecks(backend, options)) {
    if (/2,?000/.test(name)) continue;
    try {
      await run();
    } catch {
      failed.push(`${group}: ${name}`);
    }
  }
  return failed;
}

const groupsOf = (failed: readonly string[]): string[] => [
  ...new Set(failed.map((name) => name.slice(0, name.indexOf(':')))),
];

/** The rows of the first two gates, exchanged. */
function swapGates(rows: tf.Tensor, gates: number): tf.Tensor {
  const [first, second, ...rest] = tf.split(rows, gates, 0);
  return tf.concat([second!, first!, ...rest], 0);
}

const swappedGates: Breaks = (right) => (params) => {
  const { mode } = params.attrs as unknown as { mode: Mode };
  const inputs = { ...params.inputs } as Record<string, tf.Tensor>;
  if (GATES[mode] < 2) return right(params);
  return tf.tidy(() => {
    for (const name of ['weightIh', 'weightHh', 'biasIh', 'biasHh']) {
      if (inputs[name]) inputs[name] = swapGates(inputs[name], GATES[mode]);
    }
    return right({ ...params, inputs }) as tf.Tensor[];
  });
};

const ignoredLengths: Breaks = (right) => (params) => {
  const { lengths, ...inputs } = params.inputs;
  return right({ ...params, inputs });
};

const leakedData: Breaks = (right) => (params) => {
  (params.backend as MathBackendCPU).makeTensorInfo([1], 'float32', new Float32Array(1));
  return right(params);
};

const leakedTensor: Breaks = (right) => (params) => {
  tf.keep(tf.scalar(1));
  return right(params);
};

/** The first output, scaled up by 1 %. */
const scaledOutput: Breaks = (right) => (params) =>
  tf.tidy(() => {
    const [first, ...rest] = right(params) as tf.Tensor[];
    return [tf.mul(first!, 1.01), ...rest];
  });

const sameOffset: Breaks = (right) => (params) =>
  right({ ...params, attrs: { ...params.attrs, offset: [0, 0] } });

const noBiasCorrection: Breaks = (right) => (params) =>
  right({ ...params, attrs: { ...params.attrs, step: 1000 } });

describe('the suite', () => {
  it('finds two exchanged gates, in the modes that have them', async () => {
    const failed = await failures(brokenBackend('swapped-gates', { RecurrentForward: swappedGates }));
    const groups = groupsOf(failed);
    expect(groups).toContain('recurrent, lstm');
    expect(groups).toContain('recurrent, gru');
    expect(groups).toContain('PyTorch');
    expect(groups).not.toContain('recurrent, rnn_tanh');
    expect(groups).not.toContain('crossEntropy');
  });

  it('finds lengths that are ignored', async () => {
    const breaks = { RecurrentForward: ignoredLengths, RecurrentBackward: ignoredLengths };
    const failed = await failures(brokenBackend('ignored-lengths', breaks));
    expect(failed).toContain('recurrent, rnn_tanh: ignores values past the end of a row');
    expect(failed).toContain('PyTorch: gives the same for gru, T=4 N=3 I=3 H=5, reverse, lengths [4, 1, 3]');
    expect(failed).not.toContain('PyTorch: gives the same for gru, T=4 N=3 I=3 H=5, reverse');
  });

  it('finds data that a kernel does not free, and a tensor that another does not dispose of', async () => {
    const breaks = { RecurrentForward: leakedData, AdamStep: leakedTensor };
    const failed = await failures(brokenBackend('leaks', breaks));
    expect(groupsOf(failed)).toEqual(['memory']);
    expect(failed).toContain('memory: keeps only the outputs of recurrent, lstm');
    expect(failed.filter((name) => !/recurrent/.test(name))).toEqual([
      'memory: keeps only the outputs of adamStep',
    ]);
  });

  it('finds a gradient that is 1 % off while outputs are right', async () => {
    const failed = await failures(brokenBackend('scaled-gradient', { RecurrentBackward: scaledOutput }));
    expect(failed).toContain('PyTorch: gives the same for rnn_relu, T=4 N=3 I=3 H=5');
    expect(failed).toContain('useBackend: continues a training that another backend has started');
    expect(groupsOf(failed)).not.toContain('memory');
  });

  it('finds a dropout mask that does not depend on the call, and an optimizer that leaves out its bias correction', async () => {
    const breaks = { PhiloxDropout: sameOffset, AdamStep: noBiasCorrection };
    const failed = await failures(brokenBackend('same-offset-and-no-correction', breaks));
    expect(groupsOf(failed).toSorted()).toEqual(['PyTorch', 'adamStep', 'philoxDropout']);
    for (const name of failed.filter((each) => each.startsWith('PyTorch'))) expect(name).toMatch(/adam/i);
  });

  it('finds nothing in a backend that is only renamed', async () => {
    expect(await failures(brokenBackend('renamed', {}))).toEqual([]);
  });
});
