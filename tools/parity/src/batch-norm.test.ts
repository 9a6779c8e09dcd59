import { tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import type { Case } from '@unroll/backend-testkit/torch';
import * as nn from '@unroll/nn';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { compareWithTorch, type Subject } from './compare-with-torch.ts';
import { Differences } from './differences.ts';
import { byName, inputTensor, inputVariable, readFixtures } from './fixture.ts';
import { loadDrawnParameters } from './load-drawn-parameters.ts';
import { backends } from './test-backends.ts';

const layers = { BatchNorm1d: nn.BatchNorm1d, BatchNorm2d: nn.BatchNorm2d };

interface BatchNormCase extends nn.BatchNormOptions {
  readonly kind: keyof typeof layers;
  readonly training: boolean;
}

function subject(testCase: Case<BatchNormCase>): Subject {
  const { kind, training, ...options } = testCase.options;
  const module = new layers[kind](options);
  const parameters = loadDrawnParameters(module, testCase);
  const [before, input] = [inputTensor('before', testCase), inputVariable('input', testCase)];
  return {
    variables: { input, ...parameters },
    forward: () => {
      tidy(() => module.train().forward(before));
      return { output: module.train(training).forward(input) };
    },
    after: Object.fromEntries(module.namedBuffers()),
    dispose: () => {
      before.dispose();
      module.dispose();
    },
  };
}

const differences = new Differences('Batch normalization');

afterAll(() => console.log(String(differences)));

describe.each(backends)('on $title, batch normalization equals PyTorch’s', ({ title, make }) => {
  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(byName(readFixtures<Case<BatchNormCase>>('batch-norm.json')))('%s', async (_, testCase) => {
    await compareWithTorch(testCase, title, differences, () => subject(testCase));
  });
});
