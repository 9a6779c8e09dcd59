import { logSoftmax, type Tensor, type Tensor1D, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { compareWithTorch, type Subject } from './compare-with-torch.ts';
import { Differences } from './differences.ts';
import { type Case, inputTensor, inputVariable, readFixtures } from './fixture.ts';
import { backends } from './test-backends.ts';

interface LossOptions {
  readonly kind: keyof typeof losses;
  readonly reduction: nn.Reduction;
}

/** The losses, of a case's options and its tensors by name. */
const losses = {
  CrossEntropyLoss: ({ kind, ...options }: LossOptions, { input, target, weight }: Tensors) =>
    new nn.CrossEntropyLoss({ ...options, ...(weight && { weight: weight as Tensor1D }) }).forward(
      input!,
      target!,
    ),
  NLLLoss: ({ kind, ...options }: LossOptions, { input, target, weight }: Tensors) =>
    new nn.NLLLoss({ ...options, ...(weight && { weight: weight as Tensor1D }) }).forward(input!, target!),
  BCEWithLogitsLoss: ({ kind, ...options }: LossOptions, { input, target, weight, posWeight }: Tensors) =>
    new nn.BCEWithLogitsLoss({
      ...options,
      ...(weight && { weight }),
      ...(posWeight && { posWeight }),
    }).forward(input!, target!),
  MSELoss: ({ kind, ...options }: LossOptions, { input, target }: Tensors) =>
    new nn.MSELoss(options).forward(input!, target!),
  L1Loss: ({ kind, ...options }: LossOptions, { input, target }: Tensors) =>
    new nn.L1Loss(options).forward(input!, target!),
  SmoothL1Loss: ({ kind, ...options }: LossOptions, { input, target }: Tensors) =>
    new nn.SmoothL1Loss(options).forward(input!, target!),
  CTCLoss: ({ kind, ...options }: LossOptions, { input, targets, inputLengths, targetLengths }: Tensors) =>
    new nn.CTCLoss(options).forward(logSoftmax(input!) as Tensor3D, targets!, inputLengths!, targetLengths!),
};

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
  const loss = losses[testCase.options.kind];
  return {
    variables,
    forward: () => ({ loss: tidy(() => loss(testCase.options, { ...variables, ...others })) }),
    dispose: () => {
      for (const tensor of Object.values(others)) tensor.dispose();
    },
  };
}

const differences = new Differences('Losses');

afterAll(() => console.log(String(differences)));

describe.each(backends)('on $title, losses answer as PyTorch', ({ title, make }) => {
  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(readFixtures<Case<LossOptions>>('losses.json'))('$name', async (testCase) => {
    await compareWithTorch(testCase, title, differences, () => subject(testCase));
  });
});
