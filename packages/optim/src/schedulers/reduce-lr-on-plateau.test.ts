import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, it } from 'vitest';
import { expectRates, sgd } from '../../test/schedules.ts';
import { ReduceLROnPlateau } from '../index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('ReduceLROnPlateau', () => {
  const metrics = [1, 0.9, 0.95, 0.93, 0.92, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6];
  const cases: readonly [ConstructorParameters<typeof ReduceLROnPlateau>[1], readonly number[]][] = [
    [{ patience: 2, factor: 0.5 }, [0.4, 0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05]],
    [
      { patience: 1, factor: 0.5, cooldown: 2, threshold: 0.02, thresholdMode: 'abs' },
      [0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05],
    ],
    [
      { mode: 'max', patience: 0, factor: 0.5, minLr: 0.03 },
      [0.4, 0.2, 0.1, 0.05, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.03],
    ],
  ];

  it.each(cases)("with %o drops where PyTorch's does", (options, expected) => {
    const optimizer = sgd();
    const schedule = new ReduceLROnPlateau(optimizer, options);
    const actual = metrics.map((metric) => {
      schedule.step(metric);
      return optimizer.paramGroups[0]!.lr;
    });
    expectRates(actual, expected);
  });

  it.each(cases)('with %o goes on from a saved state', (options, expected) => {
    const [optimizer, other] = [sgd(), sgd()];
    const schedule = new ReduceLROnPlateau(optimizer, options);
    for (const metric of metrics.slice(0, 7)) schedule.step(metric);
    const resumed = new ReduceLROnPlateau(other);
    resumed.loadStateDict(JSON.parse(JSON.stringify(schedule.stateDict())));
    other.loadStateDict(optimizer.stateDict());
    const actual = metrics.slice(7).map((metric) => {
      resumed.step(metric);
      return resumed.getLastLr()[0]!;
    });
    expectRates(actual, expected.slice(7));
  });
});
