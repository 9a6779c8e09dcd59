import { readFileSync } from 'node:fs';
import { type Tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { type Case, type FixtureFile, inputOf, upload } from '@unroll/backend-testkit/torch';
import { partOf } from '@unroll-tools/setup/short-form';

/** The cases of a file in the folder fixtures/. */
export function readFixtures<T = Case>(fileName: string): readonly T[] {
  const path = new URL(`../fixtures/${fileName}`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as FixtureFile<T>).cases;
}

/** An input of a case as a tensor. The caller disposes of it. */
export const inputTensor = (name: string, testCase: Case): Tensor => upload(inputOf(testCase, name));

/** An input of a case as a variable, so that it can have a gradient. */
export function inputVariable(name: string, testCase: Case): Variable {
  const initial = inputTensor(name, testCase);
  const made = variable(initial);
  initial.dispose();
  return made;
}

/**
 * Rows for `it.each('%s')`, because vitest truncates names that it takes from an object.
 *
 * @param parts the short form of the test has one of so many cases; `pnpm long parity` has all
 */
export function byName<T extends { readonly name: string }>(cases: readonly T[], parts = 1): [string, T][] {
  return partOf(cases, ({ name }) => name, { parts }).map((testCase) => [testCase.name, testCase]);
}
