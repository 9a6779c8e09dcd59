import { tensor2d, tensor3d } from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { Forecaster } from '../src/index.ts';
import type { ModelCase } from './model-case.ts';
import { using } from './using.ts';

const past = [
  [0, 1, 2, 3],
  [2, 2, 2, 2],
  [4, 3, 2, 1],
];
const following = [
  [4, 5],
  [2, 2],
  [0, -1],
];
const weekend = [0, 0, 1, 1, 0, 1];

const windows = () => tensor2d(past);
const covariates = () => tensor3d([weekend, weekend, weekend].map((row) => row.map((each) => [each])));

export const forecasterCases: readonly ModelCase[] = [
  {
    name: 'Forecaster',
    make: () => {
      const sizes = { inputSize: 2, hiddenSize: 10 };
      const [encoder, decoder] = [new nn.LSTM(sizes), new nn.LSTM({ ...sizes, batchFirst: true })];
      const model = new Forecaster({ encoder, decoder, horizon: 2 });
      const series = windows();
      model.fitScale(series);
      series.dispose();
      return model;
    },
    loss: (model: Forecaster) =>
      model.loss(windows(), tensor2d(following), { covariates: covariates(), lengths: [4, 2, 4] }),
    predict: (model: Forecaster) =>
      using([windows(), covariates()], async (values, known) => {
        const forecast = await model.predict(values, { covariates: known, lengths: [4, 2, 4] });
        return forecast.map((row) => row.map(([, median]) => Math.round(median!) + 0));
      }),
    learned: following,
  },
  {
    name: 'Forecaster of windows scaled by themselves',
    make: () => {
      const sizes = { inputSize: 1, hiddenSize: 10 };
      const [encoder, decoder] = [new nn.GRU(sizes), new nn.GRU(sizes)];
      return new Forecaster({ encoder, decoder, horizon: 2, quantiles: [0.5], windowScaling: true });
    },
    loss: (model: Forecaster) => model.loss(windows(), tensor2d(following)),
    predict: (model: Forecaster) =>
      using([windows()], async (values) =>
        (await model.predict(values)).map((row) => row.map(([median]) => Math.round(median!) + 0)),
      ),
    learned: following,
  },
];
