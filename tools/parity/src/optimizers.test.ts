import { concat, memory, reshape, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { answerOf, type Case, draw, upload } from '@unroll/backend-testkit/torch';
import * as optim from '@unroll/optim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Differences } from './differences.ts';
import { byName, inputTensor, inputVariable, readFixtures, shortList } from './fixture.ts';
import { backends } from './test-backends.ts';

const optimizers = {
  SGD: optim.SGD,
  Adam: optim.Adam,
  AdamW: optim.AdamW,
  RMSprop: optim.RMSprop,
  Adagrad: optim.Adagrad,
  Adadelta: optim.Adadelta,
  Adamax: optim.Adamax,
  NAdam: optim.NAdam,
  RAdam: optim.RAdam,
};

interface OptimizerOptions {
  readonly optimizer: keyof typeof optimizers;
  readonly options: object;
  /** Options for each parameter, or null for one group of both. */
  readonly groups: object[] | null;
  /** Whether the second parameter has no gradient in every third step. */
  readonly missing: boolean;
  /** Whether the rate is halved half-way. */
  readonly halved: boolean;
  readonly gradientBound: number;
}

interface ClippingOptions {
  readonly kind: 'clipGradNorm' | 'clipGradValue';
  readonly maxNorm: number;
  readonly normType: string;
  readonly clipValue: number;
}

const STEPS = 20;
const cases = ['optimizers.json', 'plain-optimizers.json'].flatMap((file) =>
  readFixtures<Case<OptimizerOptions | ClippingOptions>>(file),
);
const updates = cases.filter(
  (testCase): testCase is Case<OptimizerOptions> => 'optimizer' in testCase.options,
);
const clippings = cases.filter((testCase): testCase is Case<ClippingOptions> => 'kind' in testCase.options);

function makeOptimizer(
  { optimizer, options, groups }: OptimizerOptions,
  parameters: Variable[],
): optim.Optimizer {
  const given = groups ? groups.map((group, i) => ({ params: [parameters[i]!], ...group })) : parameters;
  return new optimizers[optimizer](given, options);
}

/** A copy of the state tensor with the key `0.exp_avg`, where 0 is the parameter's number. */
function stateOf(optimizer: optim.Optimizer, key: string): Tensor {
  const [number, name] = key.split('.') as [`${number}`, string];
  return (optimizer.stateDict().state[Number(number)]![name] as Tensor).clone();
}

/** The gradients of one step, by variable. */
function gradientsAt(
  step: number,
  { name, options }: Case<OptimizerOptions>,
  parameters: Record<string, Variable>,
) {
  const bound = options.gradientBound;
  const present = Object.entries(parameters).filter(
    ([key]) => !(options.missing && key === 'b' && step % 3 === 0),
  );
  return new Map(
    present.map(([key, parameter]): [Variable, Tensor] => [
      parameter,
      upload(draw(`${name}/gradient/${key}/${step}`, parameter.shape, [-bound, bound])),
    ]),
  );
}

const updateDifferences = new Differences(`Optimizers over ${STEPS} steps`);
const clippingDifferences = new Differences('Clipping of gradients');

afterAll(() => console.log(`${updateDifferences}\n${clippingDifferences}`));

describe.each(backends)('on $title', ({ title, make, parts }) => {
  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(byName(shortList(updates, parts)))('optimizers step as PyTorch: %s', async (name, testCase) => {
    const tensorsBefore = memory().numTensors;
    const names = Object.keys(testCase.inputs);
    const parameters = Object.fromEntries(names.map((key) => [key, inputVariable(key, testCase)]));
    const optimizer = makeOptimizer(testCase.options, Object.values(parameters));
    const history: Record<string, Tensor[]> = Object.fromEntries(names.map((key) => [key, []]));
    for (let step = 0; step < STEPS; step++) {
      if (testCase.options.halved && step === STEPS / 2)
        for (const group of optimizer.paramGroups) group.lr *= 0.5;
      const gradients = gradientsAt(step, testCase, parameters);
      optimizer.step(gradients);
      for (const gradient of gradients.values()) gradient.dispose();
      for (const [key, parameter] of Object.entries(parameters)) {
        history[key]!.push(tidy(() => reshape(parameter, [1, ...parameter.shape]).clone()));
      }
    }
    for (const [key, answer] of Object.entries(testCase.expected)) {
      const stacked = tidy(() => (history[key] ? concat(history[key]) : stateOf(optimizer, key)));
      expect(stacked.shape).toEqual(answer.shape);
      const at = {
        backend: title,
        configuration: name,
        pass: 'forward',
        what: history[key] ? `${key} over the steps` : `the state ${key}`,
      } as const;
      updateDifferences.expectClose(at, await stacked.data(), answerOf(answer).values);
      stacked.dispose();
    }
    optimizer.dispose();
    for (const tensor of [...Object.values(parameters), ...Object.values(history).flat()]) tensor.dispose();
    expect(memory().numTensors - tensorsBefore, 'tensors left behind').toBe(0);
  });

  it.each(byName(clippings))('gradients are clipped as by PyTorch: %s', async (name, testCase) => {
    const tensorsBefore = memory().numTensors;
    const { kind, maxNorm, normType, clipValue } = testCase.options;
    const gradients = Object.fromEntries(
      Object.keys(testCase.inputs).map((key) => [key, inputTensor(key, testCase)]),
    );
    let actual: Record<string, Tensor>;
    if (kind === 'clipGradNorm') {
      const order = normType === 'inf' ? Number.POSITIVE_INFINITY : Number(normType);
      const { grads, totalNorm } = optim.clipGradNorm(gradients, maxNorm, { normType: order });
      actual = { ...grads, norm: totalNorm };
    } else {
      actual = optim.clipGradValue(gradients, clipValue);
    }
    for (const [what, answer] of Object.entries(testCase.expected)) {
      const at = { backend: title, configuration: name, pass: 'forward', what } as const;
      clippingDifferences.expectClose(at, await actual[what]!.data(), answerOf(answer).values);
    }
    for (const tensor of [...Object.values(gradients), ...Object.values(actual)]) tensor.dispose();
    expect(memory().numTensors - tensorsBefore, 'tensors left behind').toBe(0);
  });
});
