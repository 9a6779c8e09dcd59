import { keep, memory, type Tensor, tidy, type Variable, variableGrads } from '@tensorflow/tfjs-core';
import { answerOf, type Case, functional } from '@unroll/backend-testkit/torch';
import { expect } from 'vitest';
import type { Differences } from './differences.ts';

/** A test's model of a case. */
export interface Subject {
  /** The variables whose gradients the fixture has, by their names. All are disposed of at the end. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** Computes the outputs, by the fixture's names. */
  forward(): Readonly<Record<string, Tensor>>;
  /** Tensors that a forward pass changes, by the fixture's names. They are read after the pass. */
  readonly after?: Readonly<Record<string, Tensor>>;
  /** Frees everything else. */
  dispose?(): void;
}

/**
 * Runs a case forward and backward, as in training, and compares everything with PyTorch's answers: the outputs and
 * their shapes, and the gradients of the weighted sum of all outputs. It also expects that no tensor is left behind.
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
    // tfjs returns null for a gradient that is zero because nothing depends on the variable.
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
