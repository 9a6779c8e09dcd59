import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Backend } from './backend.ts';
import { RecurrentForward } from './recurrent/contract.ts';
import { tfjsBackend } from './tfjs-backend.ts';
import { backends, capabilities, useBackend } from './use-backend.ts';

/** A second tfjs backend with the CPU kernels, which can only be read asynchronously, as a GPU's. */
class AsynchronousBackend extends MathBackendCPU {
  override async read(dataId: object): Promise<tf.backend_util.BackendValues> {
    return this.data.get(dataId).values!;
  }

  override readSync(): never {
    throw new Error('this backend has no synchronous reads');
  }
}

function fake(name: string, overrides: Partial<Backend> = {}): Backend {
  return {
    name,
    support: async () => ({ supported: true }),
    load: async () => {
      tf.registerBackend(name, () => new AsynchronousBackend());
      tf.copyRegisteredKernels('cpu', name);
    },
    capabilities: () => ({
      device: 'cpu',
      threads: 1,
      precision: 'float32',
      fusedKernels: [],
      synchronousReads: false,
    }),
    ...overrides,
  };
}

const refused = fake('refused', {
  support: async () => ({ supported: false, reason: 'it needs a machine of another kind' }),
});

describe('useBackend', () => {
  it('moves live variables by asynchronous reads, there and back', async () => {
    const variable = tf.variable(tf.tensor2d([[1, 2.5]]));
    const counter = tf.variable(tf.scalar(3, 'int32'), false);
    const one = fake('one');
    const other = fake('other');
    for (const backend of [one, other, one]) {
      await useBackend(backend);
      expect(tf.getBackend()).toBe(backend.name);
      expect([...(await variable.data())]).toEqual([1, 2.5]);
      expect([...(await counter.data())]).toEqual([3]);
      variable.assign(tf.mul(variable, 1));
    }
    tf.dispose([variable, counter]);
  });

  it('takes the first backend of a list that is supported and loads', async () => {
    const broken = fake('broken', {
      load: async () => {
        throw new Error('the file is damaged');
      },
    });
    const taken = await useBackend([refused, broken, fake('taken')]);
    expect(taken.name).toBe('taken');
    expect(backends()).toEqual(
      expect.arrayContaining([
        {
          name: 'refused',
          active: false,
          support: { supported: false, reason: 'it needs a machine of another kind' },
        },
        {
          name: 'broken',
          active: false,
          support: { supported: false, reason: 'it failed to load: the file is damaged' },
        },
        { name: 'taken', active: true, support: { supported: true } },
      ]),
    );
  });

  it('says why each backend was refused, and keeps the current one', async () => {
    await useBackend(fake('current'));
    await expect(useBackend([refused])).rejects.toThrow(
      'useBackend: no backend can be used here.\n  refused: it needs a machine of another kind',
    );
    expect(tf.getBackend()).toBe('current');
    await expect(useBackend([])).rejects.toThrow('the list of backends is empty');
  });

  it('gives the backend the portable kernels that it lacks', async () => {
    await useBackend(fake('bare'));
    expect(tf.getKernel(RecurrentForward, 'bare')).toBeDefined();
  });

  it('lets another object of the same name take the first one’s place, with variables kept', async () => {
    await useBackend(fake('twice'));
    const variable = tf.variable(tf.tensor1d([4]));
    await useBackend(fake('twice'));
    expect([...(await variable.data())]).toEqual([4]);
    variable.dispose();
  });
});

describe('capabilities', () => {
  it('describes a backend that tfjs alone was told of', async () => {
    await tf.setBackend('cpu');
    expect(capabilities()).toEqual({
      device: 'cpu',
      threads: 1,
      precision: 'float32',
      fusedKernels: ['UnsortedSegmentSum'],
      synchronousReads: true,
    });
  });
});

describe('tfjsBackend', () => {
  it('makes a backend of TensorFlow.js one that can be used, again and again', async () => {
    for (const backend of [tfjsBackend('cpu'), tfjsBackend('cpu')]) {
      await useBackend(backend);
      expect(tf.getBackend()).toBe('cpu');
      expect(backend.capabilities()).toEqual(capabilities());
    }
  });

  it('says when its package was not imported', async () => {
    await expect(useBackend(tfjsBackend('webgl'))).rejects.toThrow(
      "webgl: TensorFlow.js has no backend 'webgl'; import its package first",
    );
  });
});
