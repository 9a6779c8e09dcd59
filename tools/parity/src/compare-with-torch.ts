import { keep, memory, type Tensor, tidy, type Variable, variableGrads } from '@tensorflow/tfjs-core';
import { answerOf, type Case, functional } from '@unroll/backend-testkit/torch';
import { expect } from 'vitest';
import type { Differences } from './differences.ts';

/** What a test makes of a case. */
export interface Subject {
  /** What the fixture has gradients of, by its names; all are disposed of at the end. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** Computes the outputs, by the fixture's names. */
  forward(): Readonly<Record<string, Tensor>>;
  /** Tensors to read after the pass, by the fixture's names: what a forward pass changes. */
  readonly after?: Readonly<Record<string, Tensor>>;
  /** Frees what else was made. */
  dispose?(): void;
}

/**
 * Runs a case forward and back, as training does, and compares everything with PyTorch's answers: outputs and their
 * shapes, and the gradients of the weighted sum of all outputs. Also expects that no tensor is left behind.
 */
export async function compareWithTorch(
  testCase: Case,
  backend: string,
  differences: Differences,
  make: () => Subject,
): Promise<void> {
  const tensorsBefore = memory().numTensors;
  const subject = make();
  const { outputs, gradients } = testCase.gradients
    ? forwardAndBack(testCase, subject)
    : { outputs: tidy(() => subject.forward()), gradients: {} };
  const at = { backend, configuration: testCase.name };
  const actual = { ...outputs, ...subject.after };
  expect(Object.keys(actual).sort(), 'outputs').toEqual(Object.keys(testCase.expected).sort());
  for (const [what, answer] of Object.entries(testCase.expected)) {
    const tensor = actual[what]!;
    expect(tensor.shape, `shape of ${what}`).toEqual(answer.shape);
    differences.expectClose({ ...at, pass: 'forward', what }, await tensor.data(), answerOf(answer).values);
  }
  for (const [what, answer] of Object.entries(testCase.gradients ?? {})) {
    const expected = answerOf(answer).values;
    // Null is tfjs's word for a gradient that is zero since nothing depends on the variable.
    const gradient = (await gradients[what]?.data()) ?? new Float32Array(expected.length);
    differences.expectClose({ ...at, pass: 'gradient', what }, gradient, expected);
  }
  for (const tensor of [...Object.values(outputs), ...Object.values(gradients)]) tensor?.dispose();
  for (const variable of Object.values(subject.variables)) if (!variable.isDisposed) variable.dispose();
  subject.dispose?.();
  expect(memory().numTensors - tensorsBefore, 'tensors left behind').toBe(0);
}

function forwardAndBack(testCase: Case, subject: Subject) {
  let outputs: Readonly<Record<string, Tensor>> = {};
  const names = Object.keys(testCase.gradients ?? {});
  expect(Object.keys(subject.variables).sort(), 'what has gradients').toEqual([...names].sort());
  const variables = names.map((name) => subject.variables[name]!);
  const { value, grads } = variableGrads(() => {
    outputs = subject.forward();
    for (const output of Object.values(outputs)) keep(output);
    return functional(outputs, testCase.name);
  }, variables);
  value.dispose();
  const gradients: Record<string, Tensor | null> = Object.fromEntries(
    names.map((name, i) => [name, grads[variables[i]!.name] ?? null]),
  );
  return { outputs, gradients };
}
