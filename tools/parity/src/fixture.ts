import { readFileSync } from 'node:fs';
import { type Tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { type Case, type FixtureFile, inputOf, upload } from '@unroll/backend-testkit/torch';
import { sampleOf } from '@unroll-tools/setup/short-form';

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

/** Rows for `it.each('%s')`, because vitest truncates names that it takes from an object. */
export function byName<T extends { readonly name: string }>(cases: readonly T[]): [string, T][] {
  return cases.map((testCase) => [testCase.name, testCase]);
}

/**
 * The cases of a long list that are compared on a slow backend: one in `parts`, and the first case of each value of each
 * option. `pnpm long parity` compares all.
 */
export function shortList<T extends { readonly name: string; readonly options: object }>(
  cases: readonly T[],
  parts: number,
): readonly T[] {
  return sampleOf(
    cases,
    ({ name }) => name,
    parts,
    ({ options }) => valuesOf(options),
  );
}

/** `steps=4`, `options.lr=0.1` */
function valuesOf(options: object, prefix = ''): string[] {
  return Object.entries(options).flatMap(([key, value]) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? valuesOf(value, `${prefix}${key}.`)
      : [`${prefix}${key}=${JSON.stringify(value)}`],
  );
}
