import { logSoftmax, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import type { Case } from '@unroll/backend-testkit/torch';
import * as nn from '@unroll/nn';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { compareWithTorch, type Subject } from './compare-with-torch.ts';
import { Differences } from './differences.ts';
import { byName, inputTensor, inputVariable, readFixtures } from './fixture.ts';
import { backends } from './test-backends.ts';

const losses = {
  CrossEntropyLoss: nn.CrossEntropyLoss,
  NLLLoss: nn.NLLLoss,
  BCEWithLogitsLoss: nn.BCEWithLogitsLoss,
  MSELoss: nn.MSELoss,
  L1Loss: nn.L1Loss,
  SmoothL1Loss: nn.SmoothL1Loss,
  HuberLoss: nn.HuberLoss,
};

interface LossOptions extends nn.ReductionOptions {
  readonly kind: keyof typeof losses | 'CTCLoss';
}

/** The loss of a case's tensors, which are given by name. Class and element weights are options. */
function computeLoss(
  { kind, ...options }: LossOptions,
  { input, target, targets, inputLengths, targetLengths, ...weights }: Tensors,
): Tensor {
  if (kind === 'CTCLoss') {
    return new nn.CTCLoss(options).forward(logSoftmax(input!), targets!, inputLengths!, targetLengths!);
  }
  return new losses[kind]({ ...options, ...weights }).forward(input!, target!);
}

type Tensors = Readonly<Record<string, Tensor | undefined>>;

function subject(testCase: Case<LossOptions>): Subject {
  const differentiated = new Set(Object.keys(testCase.gradients!));
  const names = Object.keys(testCase.inputs);
  const variables = Object.fromEntries(
    names.filter((name) => differentiated.has(name)).map((name) => [name, inputVariable(name, testCase)]),
  );
  const others = Object.fromEntries(
    names.filter((name) => !differentiated.has(name)).map((name) => [name, inputTensor(name, testCase)]),
  );
  return {
    variables,
    forward: () => ({ loss: tidy(() => computeLoss(testCase.options, { ...variables, ...others })) }),
    dispose: () => {
      for (const tensor of Object.values(others)) tensor.dispose();
    },
  };
}

const differences = new Differences('Losses');

afterAll(() => console.log(String(differences)));

describe.each(backends)('on $title, losses equal PyTorch’s', ({ title, make }) => {
  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(byName(readFixtures<Case<LossOptions>>('losses.json')))('%s', async (_, testCase) => {
    await compareWithTorch(testCase, title, differences, () => subject(testCase));
  });
});
