import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { tfjsBackend, useBackend } from '@unroll/backend';
import { describe, expect, it } from 'vitest';
import { onnxruntime } from '../onnxruntime.ts';
import type { Runtime, Session } from '../runtime/runtime.ts';
import { tryProviders } from './try-providers.ts';

function runtimeWith(createSession: Runtime['createSession']): Runtime {
  return {
    packageName: 'onnxruntime-node',
    providers: () => ['cpu', 'cuda'],
    createSession,
  } as unknown as Runtime;
}

const failing = runtimeWith(() => {
  throw new Error('Failed to load shared library\n');
});

describe('execution providers', () => {
  it('that cannot be loaded are named, with the reason', async () => {
    expect(await tryProviders({ executionProviders: ['cuda'] }, failing)).toBe(
      "onnxruntime-node cannot use the execution provider 'cuda' here: Failed to load shared library",
    );
    expect(await tryProviders({ executionProviders: [{ name: 'cuda' }, 'cpu'] }, failing)).toContain(
      "'cuda'",
    );
  });

  it('of every package are not tried', async () => {
    expect(await tryProviders({}, failing)).toBeUndefined();
    expect(await tryProviders({ executionProviders: ['cpu'] }, failing)).toBeUndefined();
  });

  it('that work leave no session behind', async () => {
    let open = 0;
    const working = runtimeWith(() => {
      open++;
      return { release: () => void open-- } as unknown as Session;
    });
    expect(await tryProviders({ executionProviders: ['cuda'] }, working)).toBeUndefined();
    expect(open).toBe(0);
  });

  it('of a GPU that is not there make useBackend take the next backend', async () => {
    await useBackend([onnxruntime({ executionProviders: ['cuda'] }), tfjsBackend('cpu')]);
    expect([...(await tf.square(tf.tensor1d([2])).data())]).toEqual([4]);
  });
});
