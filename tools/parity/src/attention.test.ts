import { cast, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import type { Case } from '@unroll/backend-testkit/torch';
import * as nn from '@unroll/nn';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { compareWithTorch, type Subject } from './compare-with-torch.ts';
import { Differences } from './differences.ts';
import { byName, inputTensor, inputVariable, readFixtures } from './fixture.ts';
import { loadDrawnParameters } from './load-drawn-parameters.ts';
import { backends } from './test-backends.ts';

interface AttentionCase extends nn.MultiheadAttentionOptions {
  readonly kind: 'MultiheadAttention';
  readonly needWeights: boolean;
  readonly averageAttnWeights: boolean;
}

function subject(testCase: Case<AttentionCase>): Subject {
  const { kind: _, needWeights, averageAttnWeights, ...options } = testCase.options;
  const module = new nn.MultiheadAttention(options);
  const parameters = loadDrawnParameters(module, testCase);
  const { inputs, gradients = {} } = testCase;
  const names = ['query', 'key', 'value', 'attnMask'].filter((name) => name in gradients);
  const variables = Object.fromEntries(names.map((name) => [name, inputVariable(name, testCase)]));
  const masks = Object.fromEntries(
    ['attnMask', 'keyPaddingMask']
      .filter((name) => name in inputs && !(name in gradients))
      .map((name) => [name, boolMask(name, testCase)]),
  );
  return {
    variables: { ...variables, ...parameters },
    forward: () => {
      const { query, key, value, attnMask } = variables;
      const given = { ...masks, ...(attnMask && { attnMask }), needWeights, averageAttnWeights };
      const [output, weights] = module.forward(query!, key!, value!, given);
      return { output, ...(weights && { weights }) };
    },
    dispose: () => {
      for (const mask of Object.values(masks)) mask.dispose();
    },
  };
}

/** Converts a mask to bool: fixtures store written-out values as integers. */
const boolMask = (name: string, testCase: Case): Tensor =>
  tidy(() => cast(inputTensor(name, testCase), 'bool'));

const differences = new Differences('Attention');

afterAll(() => console.log(String(differences)));

describe.each(backends)('on $title, attention equals PyTorch’s', ({ title, make }) => {
  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(byName(readFixtures<Case<AttentionCase>>('attention.json')))('%s', async (_, testCase) => {
    await compareWithTorch(testCase, title, differences, () => subject(testCase));
  });
});
