import * as tf from '@tensorflow/tfjs-core';
import type { Program } from './programs.ts';

/** Numbers by name: losses and metrics of training and evaluation, predictions, weights. */
export type Outcome = Readonly<Record<string, readonly number[]>>;

/**
 * Trains a model for three epochs with validation, where the last batch of each epoch is smaller; then evaluates and
 * predicts.
 */
export async function runProgram(program: Program, optimizer: tf.Optimizer): Promise<Outcome> {
  const model = program.model();
  const { x, y } = program.data();
  model.compile({ optimizer, loss: program.loss, metrics: [...(program.metrics ?? [])] });
  const { history } = await model.fit(x, y, {
    epochs: 3,
    batchSize: 8,
    shuffle: false,
    validationSplit: 0.2,
    verbose: 0,
  });
  const evaluated = [model.evaluate(x, y, { batchSize: 8 })].flat();
  const predicted = model.predict(x, { batchSize: 8 }) as tf.Tensor;
  const outcome: Record<string, readonly number[]> = {};
  for (const [name, values] of Object.entries(history)) outcome[name] = await numbers(values);
  outcome.evaluated = await numbers(evaluated);
  outcome.predicted = [...(await predicted.data())];
  for (const weight of model.getWeights()) outcome[`weight ${weight.id}`] = [...(await weight.data())];
  tf.dispose([x, y, predicted, evaluated]);
  model.dispose();
  return Object.fromEntries(
    Object.entries(outcome).map(([name, values], i) => [name.replace(/\d+$/, `${i}`), values]),
  );
}

const numbers = (values: readonly (number | tf.Tensor)[]): Promise<number[]> =>
  Promise.all(values.map(async (value) => (typeof value === 'number' ? value : (await value.data())[0]!)));
