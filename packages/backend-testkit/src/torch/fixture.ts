import { draw, type HostTensor, int32, sizeOf } from '../host-tensor.ts';

/** A tensor of a case: drawn from the case's name and its own, or written out. */
interface InputSpec {
  readonly shape: readonly number[];
  readonly range?: readonly [number, number];
  readonly int32?: readonly number[];
}

/** Little-endian float32 in base64. */
interface Answer {
  readonly shape: readonly number[];
  readonly float32: string;
}

/** One question to PyTorch 1.13, with its answer; see fixtures-source/write_fixtures.py. */
export interface Fixture<Options> {
  readonly name: string;
  readonly options: Options;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly expected: Readonly<Record<string, Answer>>;
  /** Of the weighted sum of all outputs that `gradientsOf` takes, by input */
  readonly gradients?: Readonly<Record<string, Answer>>;
}

export interface FixtureFile<Options> {
  readonly cases: readonly Fixture<Options>[];
}

/** The inputs of a case. */
export function inputsOf({ name, inputs }: Fixture<unknown>): Record<string, HostTensor> {
  return mapValues(inputs, (spec, input) =>
    spec.int32 ? int32(spec.shape, spec.int32) : draw(`${name}/${input}`, spec.shape, spec.range),
  );
}

/** What PyTorch answered. */
export function answersOf(answers: Readonly<Record<string, Answer>>): Record<string, HostTensor> {
  return mapValues(answers, ({ shape, float32 }) => {
    const bytes = new DataView(Uint8Array.from(atob(float32), (char) => char.charCodeAt(0)).buffer);
    const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => bytes.getFloat32(i * 4, true));
    return { shape, dtype: 'float32', values };
  });
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, name: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
