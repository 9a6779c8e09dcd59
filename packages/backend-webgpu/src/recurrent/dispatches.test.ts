import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { GATES, type Mode } from '@unroll/backend/contract';
import { type RecurrentInputs, recurrent } from '@unroll/backend/operations';
import { describe, expect, it } from 'vitest';
import { isThere, options, whySkipped } from '../../test/adapter.ts';
import type { RecurrentKernel } from '../options.ts';
import { webgpu, webgpuStatistics } from '../webgpu.ts';

const STEPS = 12;
const [ROWS, FEATURES, HIDDEN, PROJECTED] = [5, 6, 8, 3];

function inputsOf(mode: Mode, projected: boolean): RecurrentInputs {
  const gates = GATES[mode] * HIDDEN;
  const state = projected ? PROJECTED : HIDDEN;
  return {
    x: tf.ones([STEPS, ROWS, FEATURES]),
    weightIh: tf.ones([gates, FEATURES]),
    weightHh: tf.ones([gates, state]),
    biasIh: tf.ones([gates]),
    biasHh: tf.ones([gates]),
    ...(projected && { weightHr: tf.ones([PROJECTED, HIDDEN]) as tf.Tensor2D }),
  };
}

/**
 * Number of dispatches of a layer in one direction: forward, including the product of its inputs, and backward through
 * the steps.
 */
async function dispatches(kernel: RecurrentKernel, mode: Mode, projected: boolean) {
  await useBackend(webgpu({ ...options, recurrentKernel: kernel, maxDispatchMs: Number.POSITIVE_INFINITY }));
  const count = (isCounted: (name: string) => boolean = () => true) =>
    Object.entries(webgpuStatistics().dispatchesByProgram)
      .filter(([name]) => isCounted(name))
      .reduce((sum, [, calls]) => sum + calls, 0);
  const inputs = inputsOf(mode, projected);
  const names = Object.keys(inputs) as (keyof RecurrentInputs)[];
  const before = count();
  tf.tidy(() => void recurrent(inputs, { mode }));
  const forward = count() - before;
  const gradients = tf.grads((...values: tf.Tensor[]) => {
    const again = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
    return recurrent(again as unknown as RecurrentInputs, { mode }).y;
  });
  tf.dispose(
    gradients(
      names.map((name) => inputs[name] as tf.Tensor),
      tf.ones([STEPS, ROWS, projected ? PROJECTED : HIDDEN]),
    ),
  );
  const backward = count((name) => name.startsWith('recurrent backward'));
  tf.dispose(inputs as unknown as tf.NamedTensorMap);
  return { forward, backward };
}

describe.skipIf(!isThere)(`a layer in one direction${whySkipped}`, () => {
  it.each<Mode>(['rnn_tanh', 'lstm', 'gru'])(
    'takes three dispatches forward and two back as a loop (%s)',
    async (mode) => {
      expect(await dispatches('loop', mode, false)).toEqual({ forward: 3, backward: 2 });
    },
  );

  it('takes as many with a projection, plus one for the hidden features', async () => {
    expect(await dispatches('loop', 'lstm', true)).toEqual({ forward: 3, backward: 3 });
  });

  it.each<Mode>(['rnn_tanh', 'lstm', 'gru'])(
    'takes two more than it has steps, step by step (%s)',
    async (mode) => {
      expect(await dispatches('step', mode, false)).toEqual({ forward: STEPS + 2, backward: STEPS + 2 });
    },
  );

  it('takes two per step with a projection', async () => {
    expect(await dispatches('step', 'lstm', true)).toEqual({
      forward: 2 * STEPS + 2,
      backward: 2 * STEPS + 3,
    });
  });
});
