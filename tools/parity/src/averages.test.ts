import { memory, stack, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { answerOf, type Case, draw, upload } from '@unroll/backend-testkit/torch';
import * as nn from '@unroll/nn';
import { ExponentialMovingAverage } from '@unroll/optim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Differences } from './differences.ts';
import { byName, readFixtures } from './fixture.ts';
import { backends } from './test-backends.ts';

const UPDATES = 10;
const cases = readFixtures<Case<{ readonly decay: number }>>('averages.json');
const differences = new Differences(`Moving averages over ${UPDATES} updates`);

afterAll(() => console.log(`${differences}`));

describe.each(backends)('on $title', ({ title, make }) => {
  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(byName(cases))('parameters are averaged as by PyTorch: %s', async (name, testCase) => {
    const tensors = memory().numTensors;
    const model = new nn.Linear({ inFeatures: 3, outFeatures: 2 });
    const average = new ExponentialMovingAverage(model, testCase.options);
    const history: Record<string, Tensor[]> = { weight: [], bias: [] };
    for (let update = 0; update < UPDATES; update++) {
      for (const [key, parameter] of model.namedParameters()) {
        tidy(() => parameter.assign(upload(draw(`${name}/${key}/${update}`, parameter.shape, [-1, 1]))));
      }
      average.update();
      for (const [key, averaged] of average.averages()) history[key]!.push(averaged.clone());
    }
    for (const [key, answer] of Object.entries(testCase.expected)) {
      const stacked = tidy(() => stack(history[key]!));
      const at = { backend: title, configuration: name, pass: 'forward', what: key } as const;
      differences.expectClose(at, await stacked.data(), answerOf(answer).values);
      stacked.dispose();
    }
    for (const one of [model, average, ...Object.values(history).flat()]) one.dispose();
    expect(memory().numTensors - tensors, 'tensors left behind').toBe(0);
  });
});
