import type { Tensor } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import type { Case } from '@unroll/backend-testkit/torch';
import * as nn from '@unroll/nn';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { compareWithTorch, type Subject } from './compare-with-torch.ts';
import { Differences } from './differences.ts';
import { byName, inputVariable, readFixtures } from './fixture.ts';
import { loadDrawnParameters } from './load-drawn-parameters.ts';
import { backends } from './test-backends.ts';

const layers = {
  Conv1d: nn.Conv1d,
  Conv2d: nn.Conv2d,
  MaxPool1d: nn.MaxPool1d,
  MaxPool2d: nn.MaxPool2d,
  AvgPool1d: nn.AvgPool1d,
  AvgPool2d: nn.AvgPool2d,
};

interface LayerOptions {
  readonly kind: keyof typeof layers;
}

function subject(testCase: Case<LayerOptions>): Subject {
  const { kind, ...options } = testCase.options;
  const module: nn.Module & { forward(input: Tensor): Tensor } = new layers[kind](options as never);
  const input = inputVariable('input', testCase);
  return {
    variables: { input, ...loadDrawnParameters(module, testCase) },
    forward: () => ({ output: module.forward(input) }),
  };
}

const files = { Convolutions: 'convolutions.json', Pooling: 'pooling.json' };

describe.each(Object.entries(files))('%s', (group, file) => {
  const differences = new Differences(group);

  afterAll(() => console.log(String(differences)));

  describe.each(backends)('on $title equal PyTorch’s', ({ title, make }) => {
    beforeAll(async () => {
      await useBackend(make());
    });

    it.each(byName(readFixtures<Case<LayerOptions>>(file)))('%s', async (_, testCase) => {
      await compareWithTorch(testCase, title, differences, () => subject(testCase));
    });
  });
});
