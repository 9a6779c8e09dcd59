import { draw, type HostTensor, int32, sizeOf } from '../host-tensor.ts';

/** A tensor of a case: drawn from the names of the case and the tensor, or with stored values. */
interface InputSpec {
  readonly shape: readonly number[];
  readonly range?: readonly [number, number];
  readonly int32?: readonly number[];
}

/** A tensor computed by PyTorch: little-endian float32 in base64. */
export interface Answer {
  readonly shape: readonly number[];
  readonly float32: string;
}

/** One call of PyTorch 1.13 with its results; see fixtures-source/fixture.py. */
export interface Case<Options = unknown> {
  readonly name: string;
  readonly options: Options;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly expected: Readonly<Record<string, Answer>>;
  /** Gradients of the `functional` of all outputs, by input or parameter */
  readonly gradients?: Readonly<Record<string, Answer>>;
}

export interface FixtureFile<T = Case> {
  readonly cases: readonly T[];
}

/** One input of a case. */
export function inputOf({ name, inputs }: Case, input: string): HostTensor {
  const spec = inputs[input];
  if (!spec) throw new Error(`${name}: the fixture has no input named ${input}`);
  return spec.int32 ? int32(spec.shape, spec.int32) : draw(`${name}/${input}`, spec.shape, spec.range);
}

/** The inputs of a case. */
export function inputsOf(fixture: Case): Record<string, HostTensor> {
  return mapValues(fixture.inputs, (_, input) => inputOf(fixture, input));
}

/** The tensor that PyTorch computed. */
export function answerOf({ shape, float32 }: Answer): HostTensor {
  const bytes = new DataView(Uint8Array.from(atob(float32), (char) => char.charCodeAt(0)).buffer);
  const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => bytes.getFloat32(i * 4, true));
  return { shape, dtype: 'float32', values };
}

export function answersOf(answers: Readonly<Record<string, Answer>>): Record<string, HostTensor> {
  return mapValues(answers, answerOf);
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
