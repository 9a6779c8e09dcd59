import * as tf from '@tensorflow/tfjs-core';
import { compile, useBackend } from '@unroll/backend';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { AdamW, update } from '@unroll/optim';
import { expect, it } from 'vitest';

/**
 * Trains a cell with random masks below a batch normalisation. Returns the losses and how often the step was called.
 */
async function train(isCompiled: boolean): Promise<{ losses: number[]; calls: number; batches: number }> {
  nn.manualSeed(3);
  const masked = new nn.VariationalDropoutCell(new nn.LSTMCell({ inputSize: 4, hiddenSize: 8 }), {
    inputDropout: 0.2,
    stateDropout: 0.3,
  });
  const layer = new nn.Recurrent(new nn.ZoneoutCell(masked, { p: [0.1, 0.2] }));
  const norm = new nn.BatchNorm1d({ numFeatures: 8 });
  const optimizer = new AdamW([...layer.parameters(), ...norm.parameters()], { lr: 0.01 });
  let calls = 0;
  const step = (x: tf.Tensor3D) => {
    calls++;
    return update(optimizer, () => {
      const [, [h]] = layer.forward(x);
      return tf.mean(tf.square(tf.sub(norm.forward(tf.squeeze(h, [0])), 1)));
    });
  };
  const run = isCompiled ? compile(step) : step;
  const losses: number[] = [];
  for (let number = 1; number <= 8; number++) {
    const x = tf.randomNormal<tf.Rank.R3>([6, 5, 4], 0, 1, 'float32', number);
    const loss = run(x);
    losses.push((await loss.data())[0]!);
    tf.dispose([x, loss]);
  }
  const [batches] = await norm.stateDict().num_batches_tracked!.data();
  optimizer.dispose();
  layer.dispose();
  norm.dispose();
  return { losses, calls, batches: batches! };
}

it('captured steps of cells that draw masks learn the same as plain steps, to the bit', async () => {
  await useBackend(onnxruntime({ threads: 2 }));
  const plain = await train(false);
  const compiled = await train(true);
  expect(compiled.losses).toEqual(plain.losses);
  expect([plain.calls, plain.batches]).toEqual([8, 8]);
  expect([compiled.calls, compiled.batches]).toEqual([2, 8]);
});
