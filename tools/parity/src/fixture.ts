import { readFileSync } from 'node:fs';
import { type Tensor, tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { draw } from './draw.ts';

/** A tensor of a case: drawn from the case's name and its own, or written out. */
interface InputSpec {
  readonly shape: number[];
  readonly range?: [number, number];
  readonly int32?: number[];
}

/** A tensor that PyTorch answered: little-endian float32 in base64. */
export interface Answer {
  readonly shape: number[];
  readonly float32: string;
}

/** One configuration of a fixture file, with what PyTorch 1.13 answered. */
export interface Case<Options> {
  readonly name: string;
  readonly options: Options;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly expected: Readonly<Record<string, Answer>>;
  /** Of the weighted sum of all outputs (see `functional`), by input or parameter. */
  readonly gradients?: Readonly<Record<string, Answer>>;
}

/** The cases of a file in fixtures/. */
export function readFixtures<T = Case<unknown>>(fileName: string): T[] {
  const path = new URL(`../fixtures/${fileName}`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { cases: T[] }).cases;
}

export function decode({ float32 }: Answer): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(float32, 'base64'));
  return new Float32Array(bytes.buffer);
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** An input of a case as a tensor; the caller disposes of it. */
export function inputTensor(name: string, testCase: Case<unknown>): Tensor {
  const spec = testCase.inputs[name];
  if (!spec) throw new Error(`${testCase.name}: the fixture has no input named ${name}`);
  if (spec.int32) return tensor(spec.int32, spec.shape, 'int32');
  return tensor(draw(`${testCase.name}/${name}`, sizeOf(spec.shape), spec.range), spec.shape);
}

/** An input of a case as a variable, whose gradient can be asked for. */
export function inputVariable(name: string, testCase: Case<unknown>): Variable {
  const initial = inputTensor(name, testCase);
  const made = variable(initial);
  initial.dispose();
  return made;
}

/** The weights that make one number of an output. */
export function functionalWeights(outputName: string, testCase: Case<unknown>, shape: number[]): Tensor {
  return tensor(draw(`${testCase.name}/functional/${outputName}`, sizeOf(shape)), shape);
}

/** Rows for `it.each('%s')`: vitest cuts names that it takes from an object. */
export function byName<T extends { readonly name: string }>(cases: readonly T[]): [string, T][] {
  return cases.map((testCase) => [testCase.name, testCase]);
}
