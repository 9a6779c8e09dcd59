import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { webgpu } from '@unroll/backend-webgpu';
import * as nn from '@unroll/nn';
import { describe, expect, it } from 'vitest';
import { backends } from '../test/backends.ts';

const gpu = webgpu({ forceFallbackAdapter: true });
const support = await gpu.support();

const STEPS = 3;

/**
 * Steps many streams in turn. After each step, a third of the states are saved as JSON and restored.
 *
 * @returns the largest difference from the layer's output for whole sequences
 */
async function largestDifference(streams: number): Promise<number> {
  nn.manualSeed(1);
  using lstm = new nn.LSTM({ inputSize: 4, hiddenSize: 8, numLayers: 2 });
  const values = Float32Array.from({ length: STEPS * streams * 4 }, (_, i) => Math.sin(i * i));
  const x = tf.tensor3d(values, [STEPS, streams, 4]);
  const [whole] = lstm.forward(x);
  const expected = await whole.data();
  tf.dispose([x, whole]);

  const states = new Map<number, nn.LSTMState | string>();
  const before = tf.memory().numTensors;
  let largest = 0;
  for (let t = 0; t < STEPS; t++) {
    for (let i = 0; i < streams; i++) {
      const stream = (7 * i + t) % streams;
      const at = 4 * (t * streams + stream);
      const known = states.get(stream);
      const state = typeof known === 'string' ? nn.stateFromJSON<nn.LSTMState>(JSON.parse(known)) : known;
      const input = tf.tensor1d(values.subarray(at, at + 4));
      const [y, next] = lstm.step(input, state);
      if (stream % 3 === t) {
        states.set(stream, JSON.stringify(await nn.stateToJSON(next)));
        tf.dispose(next);
      } else {
        states.set(stream, next);
      }
      for (const [j, value] of (await y.data()).entries()) {
        largest = Math.max(largest, Math.abs(value - expected[8 * (t * streams + stream) + j]!));
      }
      tf.dispose([input, y]);
      if (state) tf.dispose(state);
    }
  }
  const kept = [...states.values()].filter((state) => typeof state !== 'string');
  expect(tf.memory().numTensors).toBe(before + 2 * kept.length);
  tf.dispose(kept);
  return largest;
}

describe('interleaved streams with saved and restored states give the same as whole sequences', () => {
  it.each(backends)('a thousand streams on %s', async (name, backend) => {
    await useBackend(backend);
    const largest = await largestDifference(1000);
    console.log(`streams on ${name}: largest difference ${largest}`);
    if (name === 'unroll-cpu') expect(largest).toBe(0);
    else expect(largest).toBeLessThanOrEqual(1e-6);
  });

  const reason = support.supported ? '' : ` (skipped: ${support.reason})`;
  it.skipIf(!support.supported)(`a hundred streams on webgpu${reason}`, async () => {
    await useBackend(gpu);
    expect(await largestDifference(100)).toBeLessThanOrEqual(1e-6);
  });
});
