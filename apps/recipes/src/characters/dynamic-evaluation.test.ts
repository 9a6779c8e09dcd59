import { memory } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { beforeAll, expect, it } from 'vitest';
import { dynamicEvaluation } from './dynamic-evaluation.ts';
import { characterCodec, characterModel } from './training.ts';

const CONTEXT = 11;
const text = 'the cat sat on the mat and the rat sat on the hat. '.repeat(6);
const codec = characterCodec(text);
const tokens = codec.encode(text);

beforeAll(async () => {
  await useBackend(cpu());
});

const model = () => {
  nn.manualSeed(3);
  return characterModel(codec, { embeddingDim: 8, hiddenSize: 16, numLayers: 1, dropout: 0, lr: 0 }, 1);
};

it('judges as the model does that does not learn, where the learning rate is 0', async () => {
  using learner = model();
  const { tokenLogProbs } = await learner.score(tokens);
  const judged = tokenLogProbs.slice(CONTEXT - 1);
  const tensors = memory().numTensors;
  const nats = await dynamicEvaluation(learner, tokens, { context: CONTEXT, steps: 5, lr: 0 });
  expect(nats).toBeCloseTo(-judged.reduce((sum, logProb) => sum + logProb, 0) / judged.length, 4);
  expect(memory().numTensors).toBe(tensors);
});

it('knows a text that repeats itself better the more of it has been read', async () => {
  using learner = model();
  const options = { context: 1, steps: 5, lr: 0.02 };
  const first = await dynamicEvaluation(learner, tokens.slice(0, 151), options);
  const second = await dynamicEvaluation(learner, tokens.slice(150), options);
  expect(first).toBeLessThan(Math.log(codec.size));
  expect(second).toBeLessThan(first - 0.5);
});
