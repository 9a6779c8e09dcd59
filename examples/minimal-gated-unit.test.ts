import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { tfjsBackend, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import { webgpu } from '@unroll/backend-webgpu';
import * as nn from '@unroll/nn';
import { AdamW, trainingStep } from '@unroll/optim';
import { describe, expect, it } from 'vitest';
import { MinimalGatedUnit } from './minimal-gated-unit.ts';

const gpu = webgpu({ forceFallbackAdapter: true });
const support = await gpu.support();

/** Losses of 40 steps in which two layers in both directions learn to tell which rows begin with a large number. */
async function losses(): Promise<number[]> {
  nn.manualSeed(1);
  const layer = new nn.Recurrent((k) => new MinimalGatedUnit(k === 0 ? 1 : 16, 8), {
    numLayers: 2,
    bidirectional: true,
    batchFirst: true,
  });
  const optimizer = new AdamW(layer.parameters(), { lr: 0.02 });
  const values = Array.from({ length: 16 * 5 }, (_, i) => Math.sin(1 + 7 * i));
  const x = tf.tensor3d(values, [16, 5, 1]);
  const labels = tf.tensor1d(
    Array.from({ length: 16 }, (_, row) => Number(values[5 * row]! > 0)),
    'int32',
  );
  const loss = () => nn.crossEntropy(tf.sum(layer.forward(x)[0], 1), labels);
  const found: number[] = [];
  for (let step = 0; step < 40; step++) found.push(await trainingStep(optimizer, loss));
  return found;
}

describe('MinimalGatedUnit', () => {
  it.for([tfjsBackend('cpu'), cpu({ threads: 2 }), onnxruntime({ threads: 2 })])(
    'learns on $name',
    async (backend) => {
      await useBackend(backend);
      const found = await losses();
      expect(found[39]).toBeLessThan(found[0]! / 2);
    },
  );

  const reason = support.supported ? '' : ` (skipped: ${support.reason})`;
  it.skipIf(!support.supported)(`learns on webgpu as on the cpu${reason}`, async () => {
    await useBackend(gpu);
    const onGpu = await losses();
    await useBackend(cpu());
    for (const [step, loss] of (await losses()).entries()) expect(onGpu[step]).toBeCloseTo(loss, 3);
  });
});
