import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { beforeAll, describe, expect, it } from 'vitest';
import { Forecaster } from './forecaster.ts';
import type { ForecasterOptions } from './forecaster-options.ts';
import { pinballLoss } from './pinball-loss.ts';

beforeAll(() => useBackend(cpu({ threads: 1 })));

const forecaster = (options: Partial<ForecasterOptions> = {}, inputSize = 1) => {
  nn.manualSeed(1);
  const sizes = { inputSize, hiddenSize: 4 };
  return new Forecaster({ encoder: new nn.GRU(sizes), decoder: new nn.GRU(sizes), horizon: 3, ...options });
};
const read = async (tensor: tf.Tensor) => {
  const values = [...(await tensor.data())];
  tensor.dispose();
  return values;
};

describe('Forecaster', () => {
  it('refuses to scale by a series that is empty or not finite, or when it has been disposed of', () => {
    const model = forecaster();
    const [empty, missing, whole] = [tf.tensor1d([]), tf.tensor1d([1, Number.NaN]), tf.tensor1d([1, 2])];
    expect(() => model.fitScale(empty)).toThrow(
      'Forecaster.fitScale: series has shape [0]; expected at least one value',
    );
    expect(() => model.fitScale(missing)).toThrow(
      'Forecaster.fitScale: series holds NaN as value 1; expected finite numbers',
    );
    model.dispose();
    const before = tf.memory().numTensors;
    expect(() => model.fitScale(whole)).toThrow(
      "Forecaster.fitScale: mean is a disposed variable: Forecaster.dispose() has freed the module's 'mean'",
    );
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([empty, missing, whole]);
  });

  it('predicts rising quantiles of each step in the unit of the values, with dropout off', async () => {
    using model = forecaster({ dropout: 0.5, quantiles: [0.25, 0.5, 0.75, 0.9] });
    const series = tf.tensor1d([100, 110, 90, 100]);
    model.fitScale(series);
    expect(await model.mean.data()).toEqual(Float32Array.of(100));
    expect((await model.scale.data())[0]).toBeCloseTo(Math.sqrt(50), 4);
    const values = tf.tensor2d([100, 101, 99, 104], [2, 2]);
    const before = tf.memory().numTensors;
    const forecast = await model.predict(values);
    expect(await model.predict(values)).toEqual(forecast);
    expect(tf.memory().numTensors).toBe(before);
    expect(forecast.map((row) => row.length)).toEqual([3, 3]);
    for (const step of forecast.flat()) {
      expect([...step]).toEqual([...step].sort((a, b) => a - b));
      expect(Math.abs(step[0]! - 100)).toBeLessThan(10);
    }
    tf.dispose([series, values]);
  });

  it('forecasts a hundred times as much for windows a hundred times as large that are scaled by themselves', async () => {
    using model = forecaster({ windowScaling: true });
    const [small, large] = [tf.tensor2d([[1, 2, 0]]), tf.tensor2d([[100, 200, 0]])];
    const [one] = await model.predict(small, { lengths: [2] });
    const [hundred] = await model.predict(large, { lengths: [2] });
    for (const [step, quantiles] of hundred!.entries()) {
      for (const [i, value] of quantiles.entries()) expect(value / 100).toBeCloseTo(one![step]![i]!, 4);
    }
    tf.dispose([small, large]);
  });

  it('does not divide by 0 where all values are equal, or 0', async () => {
    using model = forecaster();
    using scaled = forecaster({ windowScaling: true });
    const values = tf.zeros([1, 2]);
    model.fitScale(values);
    for (const [steps] of [await model.predict(values), await scaled.predict(values)]) {
      for (const step of steps!) expect(step.every(Number.isFinite)).toBe(true);
    }
    values.dispose();
  });

  it('saves its scale, and prints its options', async () => {
    using model = forecaster();
    expect(Object.keys(model.stateDict())).toContain('mean');
    expect(model.parameters()).not.toContain(model.scale);
    expect(String(model)).toContain('horizon=3, quantiles=[0.1, 0.5, 0.9]');
  });

  it('names what is wrong in its errors', () => {
    tf.tidy(() => {
      expect(() => forecaster({ quantiles: [0.5, 0.1] })).toThrow(
        'Forecaster: quantiles is [0.5, 0.1]; expected an array of rising numbers in (0, 1)',
      );
      expect(() => forecaster({ decoder: new nn.GRU({ inputSize: 2, hiddenSize: 4 }) })).toThrow(
        "Forecaster: decoder has inputSize 2; expected the encoder's, 1",
      );
      expect(() => forecaster({ decoder: new nn.LSTM({ inputSize: 1, hiddenSize: 4 }) })).toThrow(
        "Forecaster: decoder has states of 1 × 1 × [4,4] (layers × directions × sizes); it begins with the encoder's, 1 × 1 × [4]",
      );
      const [plain, covaried] = [forecaster(), forecaster({}, 3)];
      expect(() => covaried.forward(tf.ones([1, 4]))).toThrow(
        'Forecaster.forward: covariates is undefined; expected a tensor',
      );
      expect(() => covaried.forward(tf.ones([1, 4]), { covariates: tf.ones([1, 4, 2]) })).toThrow(
        'Forecaster.forward: covariates has shape [1, 4, 2]; expected [1, 7, 2], of the window and the horizon',
      );
      expect(() => plain.forward(tf.ones([1, 4]), { covariates: tf.ones([1, 7, 1]) })).toThrow(
        "Forecaster.forward: covariates is given; the layers' inputSize is 1, of the value alone",
      );
      expect(() => plain.loss(tf.ones([2, 4]), tf.ones([2, 2]))).toThrow(
        'Forecaster.loss: target has shape [2, 2]; expected [2, 3], what followed',
      );
      expect(() => plain.forward(tf.ones([1, 4]), { lengths: [5] })).toThrow(
        'Forecaster.forward: lengths is [5]; expected an array, each element a whole number from 1 to 4',
      );
      expect(() => forecaster({ windowScaling: true }).fitScale(tf.ones([2]))).toThrow(
        'Forecaster.fitScale: series is given to a model with windowScaling',
      );
    });
  });
});

describe('pinballLoss', () => {
  it('weighs what exceeds a quantile by q, and what stays below it by 1 − q', async () => {
    const [predictions, target] = [
      tf.tensor2d([
        [1, 1],
        [4, 4],
      ]),
      tf.tensor1d([3, 1]),
    ];
    const [loss] = await read(pinballLoss(predictions, target, [0.1, 0.9]));
    expect(loss).toBeCloseTo((0.1 * 2 + 0.9 * 2 + 0.9 * 3 + 0.1 * 3) / 4, 6);
    tf.dispose([predictions, target]);
  });

  it('is least at the quantile of the values', async () => {
    const target = tf.tensor1d(Array.from({ length: 100 }, (_, i) => i));
    const lossAt = async (value: number) =>
      (await read(tf.tidy(() => pinballLoss(tf.fill([100, 1], value), target, [0.8]))))[0]!;
    expect(await lossAt(79.5)).toBeLessThan(await lossAt(70));
    expect(await lossAt(79.5)).toBeLessThan(await lossAt(90));
    target.dispose();
  });

  it('throws for quantiles and shapes that do not fit', () => {
    tf.tidy(() => {
      expect(() => pinballLoss(tf.ones([2, 2]), tf.ones([2]), [0.5])).toThrow(
        'pinballLoss: predictions has 2 features in its last axis (shape [2, 2]); the number of quantiles is 1',
      );
      expect(() => pinballLoss(tf.ones([2, 1]), tf.ones([3]), [0.5])).toThrow(
        'pinballLoss: target has shape [3]; expected [2]',
      );
      expect(() => pinballLoss(tf.ones([2, 1]), tf.ones([2]), [1])).toThrow('pinballLoss: quantiles is [1]');
    });
  });
});
