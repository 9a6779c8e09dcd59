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

const activations = {
  GLU: (options: nn.GLUOptions) => new nn.GLU(options),
  Mish: () => new nn.Mish(),
  SELU: () => new nn.SELU(),
  LogSigmoid: () => new nn.LogSigmoid(),
  PReLU: (options: nn.PReLUOptions) => new nn.PReLU(options),
};

interface ActivationOptions extends nn.GLUOptions, nn.PReLUOptions {
  readonly kind: keyof typeof activations;
}

function subject(testCase: Case<ActivationOptions>): Subject {
  const { kind, ...options } = testCase.options;
  const module: nn.Module & { forward(input: Tensor): Tensor } = activations[kind](options);
  const input = inputVariable('input', testCase);
  return {
    variables: { input, ...loadDrawnParameters(module, testCase) },
    forward: () => ({ output: module.forward(input) }),
  };
}

const differences = new Differences('Activations');

afterAll(() => console.log(String(differences)));

describe.each(backends)('on $title, activations equal PyTorch’s', ({ title, make }) => {
  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(byName(readFixtures<Case<ActivationOptions>>('activations.json')))('%s', async (_, testCase) => {
    await compareWithTorch(testCase, title, differences, () => subject(testCase));
  });
});
