import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import type { CrossEntropyAttrs } from '@unroll/backend/contract';
import { type CtcOptions, type EmbeddingAttrs, globalNorm } from '@unroll/backend/operations';
import { type Check, checksOf, type Subject } from '../check.ts';
import { evaluate, gradientsOf, type Operation } from '../evaluate.ts';
import { expectClose } from '../expectations.ts';
import crossEntropy from '../fixtures/cross-entropy.json' with { type: 'json' };
import ctc from '../fixtures/ctc.json' with { type: 'json' };
import embedding from '../fixtures/embedding.json' with { type: 'json' };
import norms from '../fixtures/global-norm.json' with { type: 'json' };
import optimizer from '../fixtures/optimizer.json' with { type: 'json' };
import recurrent from '../fixtures/recurrent.json' with { type: 'json' };
import nonFinite from '../fixtures/recurrent-non-finite.json' with { type: 'json' };
import type { HostTensors } from '../host-tensor.ts';
import { crossEntropyLoss } from '../kernels/cross-entropy-checks.ts';
import { ctcOperation, logSoftmax } from '../kernels/ctc-checks.ts';
import { embeddingOperation } from '../kernels/embedding-checks.ts';
import { type StepKernel, stepOperation } from '../kernels/optimizer-checks.ts';
import { forwardKernel, type RecurrentCase, recurrentOperation } from '../recurrent/recurrent-case.ts';
import { answersOf, type Case, type FixtureFile, inputsOf } from './fixture.ts';

/** Compares the backend's results with PyTorch's for the same calls. */
export function torchChecks(subject: Subject): Check[] {
  return [
    ...differentiable<Pick<RecurrentCase, 'mode' | 'reverse'>>(subject, recurrent, recurrentOperation),
    ...nonFiniteSequences(subject),
    ...differentiable<CrossEntropyAttrs>(subject, crossEntropy, crossEntropyLoss),
    ...differentiable<EmbeddingAttrs>(subject, embedding, embeddingOperation),
    ...differentiable<CtcOptions>(subject, ctc, ctcOperation, ({ logits, ...inputs }) => ({
      ...inputs,
      logProbs: logSoftmax(logits!),
    })),
    ...optimizerSteps(subject),
    ...eachFixture<object>(norms, async (fixture) => {
      const operation: Operation = (tensors) => ({ norm: globalNorm(Object.values(tensors)) });
      const actual = await evaluate(subject.backend, inputsOf(fixture), operation);
      expectClose(actual, answersOf(fixture.expected), subject.forwardTolerance);
    }),
  ];
}

/** One check for each case of a file. */
function eachFixture<Options>(file: unknown, run: (fixture: Case<Options>) => Promise<void>): Check[] {
  const { cases } = file as FixtureFile<Case<Options>>;
  return checksOf(
    'PyTorch',
    Object.fromEntries(cases.map((fixture) => [`gives the same for ${fixture.name}`, () => run(fixture)])),
  );
}

/** Compares the outputs, and the gradients by all inputs for which PyTorch gave gradients. */
function differentiable<Options>(
  { backend, forwardTolerance, gradientTolerance }: Subject,
  file: unknown,
  operationOf: (options: Options) => Operation,
  prepare: (inputs: HostTensors) => HostTensors = (inputs) => inputs,
): Check[] {
  return eachFixture<Options>(file, async (fixture) => {
    const operation = operationOf(fixture.options);
    const inputs = prepare(inputsOf(fixture));
    expectClose(await evaluate(backend, inputs, operation), answersOf(fixture.expected), forwardTolerance);
    const expected = answersOf(fixture.gradients!);
    const gradients = gradientsOf(operation, Object.keys(expected), fixture.name);
    expectClose(await evaluate(backend, inputs, gradients), expected, gradientTolerance);
  });
}

interface NonFiniteOptions extends Pick<RecurrentCase, 'mode' | 'reverse'> {
  /** Indices of an input's elements, and the names of the numbers there */
  readonly spoiled: Readonly<Record<string, readonly (readonly [place: number, value: string])[]>>;
}

/** Sequences with NaN and infinities in any input, in inference and in training. */
function nonFiniteSequences({ backend, forwardTolerance }: Subject): Check[] {
  return eachFixture<NonFiniteOptions>(nonFinite, async (fixture) => {
    const { spoiled, ...options } = fixture.options;
    const inputs = inputsOf(fixture);
    for (const [name, places] of Object.entries(spoiled)) {
      const values = Float32Array.from(inputs[name]!.values);
      for (const [place, value] of places) values[place] = nonFiniteNumbers[value]!;
      inputs[name] = { ...inputs[name]!, values };
    }
    for (const training of [false, true]) {
      const actual = await evaluate(backend, inputs, forwardKernel(options, training));
      expectClose(actual, answersOf(fixture.expected), forwardTolerance);
    }
  });
}

const nonFiniteNumbers: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

interface OptimizerOptions {
  readonly kernel: StepKernel;
  readonly attrs: object;
  readonly steps: number;
  /** Names of the kernel's state */
  readonly state: readonly string[];
}

/** Several steps of one parameter; each starts from the result of the last one. */
function optimizerSteps({ backend, forwardTolerance }: Subject): Check[] {
  return eachFixture<OptimizerOptions>(optimizer, async (fixture) => {
    const { kernel, attrs, steps } = fixture.options;
    const operation: Operation = (inputs) => {
      const results: NamedTensorMap = {};
      let current: NamedTensorMap = Object.fromEntries(
        Object.entries(inputs).filter(([name]) => !name.startsWith('grad ')),
      );
      for (let step = 1; step <= steps; step++) {
        const run = stepOperation(kernel, { ...attrs, step });
        current = run({ ...current, grad: inputs[`grad ${step}`]! });
        for (const [name, output] of Object.entries(current)) results[`${name} ${step}`] = output;
      }
      return results;
    };
    const inputs = { ...zeroState(fixture), ...inputsOf(fixture) };
    expectClose(await evaluate(backend, inputs, operation), answersOf(fixture.expected), forwardTolerance);
  });
}

/** The state before the first step: zeros, except for SGD's momentum, which does not exist yet. */
function zeroState({ options, inputs }: Case<OptimizerOptions>): HostTensors {
  const { shape } = inputs.param!;
  const zeros = {
    shape,
    dtype: 'float32' as const,
    values: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  };
  const names = options.state.filter((name) => options.kernel !== 'SgdStep' || name !== 'momentumBuffer');
  return Object.fromEntries(names.map((name) => [name, zeros]));
}
