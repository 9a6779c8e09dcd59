import { cast, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import type { Case } from '@unroll/backend-testkit/torch';
import * as nn from '@unroll/nn';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { compareWithTorch, type Subject } from './compare-with-torch.ts';
import { Differences } from './differences.ts';
import { byName, inputTensor, inputVariable, readFixtures } from './fixture.ts';
import { backends } from './test-backends.ts';

type LossOptions =
  | ({ readonly kind: 'BCELoss' } & nn.BCELossOptions)
  | ({ readonly kind: 'KLDivLoss' } & nn.KLDivLossOptions)
  | ({ readonly kind: 'CosineEmbeddingLoss' } & nn.CosineEmbeddingOptions);

type Tensors = Readonly<Record<string, Tensor>>;

function computeLoss(options: LossOptions, { input, input1, input2, target, weight }: Tensors): Tensor {
  switch (options.kind) {
    case 'BCELoss':
      return nn.binaryCrossEntropy(float(input!), float(target!), { weight, reduction: options.reduction });
    case 'KLDivLoss': {
      const { kind: _, ...given } = options;
      return new nn.KLDivLoss(given).forward(input!, target!);
    }
    case 'CosineEmbeddingLoss': {
      const { kind: _, ...given } = options;
      return new nn.CosineEmbeddingLoss(given).forward(input1!, input2!, target!);
    }
  }
}

/** Converts to float: fixtures store written-out values as integers. */
const float = (tensor: Tensor): Tensor => (tensor.dtype === 'int32' ? cast(tensor, 'float32') : tensor);

function subject(testCase: Case<LossOptions>): Subject {
  const differentiated = new Set(Object.keys(testCase.gradients ?? {}));
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

const differences = new Differences('Losses of probabilities and pairs');

afterAll(() => console.log(String(differences)));

describe.each(backends)(
  'on $title, losses of probabilities and of vector pairs equal PyTorch’s',
  ({ title, make }) => {
    beforeAll(async () => {
      await useBackend(make());
    });

    it.each(byName(readFixtures<Case<LossOptions>>('probability-losses.json')))('%s', async (_, testCase) => {
      await compareWithTorch(testCase, title, differences, () => subject(testCase));
    });
  },
);
