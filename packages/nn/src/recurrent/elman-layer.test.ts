import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { ElmanLayer, type OutputActivation } from './elman-layer.ts';

const outputActivations: OutputActivation[] = ['identity', 'sigmoid', 'tanh', 'relu', 'softmax'];

describe('ElmanLayer', () => {
  onEachBackend(() => {
    it('computes h = tanh(W_xh x + W_hh h + b_h) and y = σ_y(W_hy h + b_y), and shows its intermediate values', async () => {
      const layer = new ElmanLayer({
        inputSize: 2,
        hiddenSize: 2,
        outputSize: 2,
        outputActivation: 'softmax',
      });
      layer.loadStateDict({
        weight_xh: { shape: [2, 2], data: [1, 0, 0, -1] },
        weight_hh: { shape: [2, 2], data: [0.5, 0, 0, 0.5] },
        bias_h: { shape: [2], data: [0.1, 0.2] },
        weight_hy: { shape: [2, 2], data: [1, 1, 0, 2] },
        bias_y: { shape: [2], data: [0, 0.3] },
      });
      const { preActivation, hidden, outputPreActivation, output } = layer.inspect(
        tf.tensor1d([0.4, 0.6]),
        tf.tensor1d([1, -1]),
      );
      const a = [0.4 + 0.5 + 0.1, -0.6 - 0.5 + 0.2];
      const h = a.map(Math.tanh) as [number, number];
      const z = [h[0] + h[1], 2 * h[1] + 0.3];
      const total = z.reduce((sum, value) => sum + Math.exp(value), 0);
      await expectClose(preActivation, a);
      await expectClose(hidden, h);
      await expectClose(outputPreActivation, z);
      await expectClose(
        output,
        z.map((value) => Math.exp(value) / total),
      );
      layer.dispose();
    });

    it('gives the same for a sequence as for its steps one by one, in every layout', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            steps: fc.integer({ min: 1, max: 4 }),
            rows: fc.integer({ min: 0, max: 3 }), // 0: unbatched
            nonlinearity: fc.constantFrom('tanh' as const, 'relu' as const),
            outputActivation: fc.constantFrom(...outputActivations),
            batchFirst: fc.boolean(),
            state: fc.boolean(),
          }),
          async ({ steps, rows, nonlinearity, outputActivation, batchFirst, state }) => {
            const sizes = { inputSize: 2, hiddenSize: 3, outputSize: 2 };
            const layer = new ElmanLayer({ ...sizes, nonlinearity, outputActivation, batchFirst });
            const batch = rows === 0 ? [] : [rows];
            const byStep = Array.from({ length: steps }, () => tf.randomNormal([...batch, 2]));
            const h0 = state ? tf.randomNormal([...batch, 3]) : undefined;
            const axis = batchFirst && rows > 0 ? 1 : 0;
            const input = tf.stack(byStep, axis);

            const before = tf.memory().numTensors;
            const [output, hN] = layer.forward(input, h0);
            expect(tf.memory().numTensors).toBe(before + 2);
            let h = h0;
            const outputs = byStep.map((x) => {
              const step = layer.inspect(x, h);
              h = step.hidden;
              return step.output;
            });
            await expectClose(output, tf.stack(outputs, axis));
            expect(output.shape).toEqual(tf.stack(outputs, axis).shape);
            await expectClose(hN, h!);
            expect(hN.shape).toEqual([...batch, 3]);
            layer.dispose();
          },
        ),
        { numRuns: 30 },
      );
    });

    it('is trained the same either way', async () => {
      const layer = new ElmanLayer({
        inputSize: 2,
        hiddenSize: 3,
        outputSize: 1,
        outputActivation: 'sigmoid',
      });
      const x = tf.randomNormal<tf.Rank.R3>([3, 2, 2]);
      const whole = tf.variableGrads(() => tf.sum(layer.forward(x)[0]) as tf.Scalar);
      const stepped = tf.variableGrads(() => {
        let h: tf.Tensor | undefined;
        const outputs = tf.unstack(x).map((input) => {
          const step = layer.inspect(input, h);
          h = step.hidden;
          return step.output;
        });
        return tf.sum(tf.stack(outputs)) as tf.Scalar;
      });
      for (const { name } of layer.parameters()) await expectClose(whole.grads[name]!, stepped.grads[name]!);
      layer.dispose();
    });
  });

  it.each<[string, (layer: ElmanLayer) => unknown, string]>([
    [
      'a sequence where a step belongs',
      (layer) => layer.step(tf.ones([2, 1, 2])),
      'ElmanLayer.step: x has 3 axes (shape [2, 1, 2]); expected [N, inputSize] or [inputSize]',
    ],
    [
      'a state of other features',
      (layer) => layer.step(tf.ones([2]), tf.ones([2])),
      'ElmanLayer.step: h has shape [2]; expected [3], [H]',
    ],
    [
      'no steps',
      (layer) => layer.forward(tf.ones([0, 1, 2])),
      'ElmanLayer.forward: input has 0 steps (shape [0, 1, 2]); expected at least 1',
    ],
    [
      'a state of layers',
      (layer) => layer.forward(tf.ones([1, 4, 2]), tf.ones([1, 4, 3])),
      'ElmanLayer.forward: h0 has shape [1, 4, 3]; expected [4, 3], [N, H]',
    ],
    [
      'an unknown output activation',
      () =>
        new ElmanLayer({ inputSize: 1, hiddenSize: 1, outputSize: 1, outputActivation: 'gelu' as 'tanh' }),
      "ElmanLayer: outputActivation is 'gelu'; expected one of 'identity', 'sigmoid', 'tanh', 'relu', 'softmax'",
    ],
  ])('refuses %s', (_, call, message) => {
    const layer = new ElmanLayer({ inputSize: 2, hiddenSize: 3, outputSize: 1 });
    expect(() => tf.tidy(() => void call(layer))).toThrow(message);
  });
});
