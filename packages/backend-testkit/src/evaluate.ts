import {
  addN,
  dispose,
  grads,
  mul,
  type NamedTensorMap,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { type Backend, useBackend } from '@unroll/backend';
import { draw, type HostTensor, type HostTensors } from './host-tensor.ts';

/** A computation on named tensors. It may leave temporary tensors, which `evaluate` frees. */
export type Operation = (inputs: NamedTensorMap) => NamedTensorMap;

export function upload({ values, shape, dtype }: HostTensor): Tensor {
  const typed = dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
  return tensor(typed, [...shape], dtype);
}

export function uploadAll(inputs: HostTensors): NamedTensorMap {
  return Object.fromEntries(Object.entries(inputs).map(([name, host]) => [name, upload(host)]));
}

/** Runs an operation on a backend, reads its results asynchronously, and leaves no tensor behind. */
export async function evaluate(
  backend: Backend,
  inputs: HostTensors,
  operation: Operation,
): Promise<HostTensors> {
  await useBackend(backend);
  const uploaded = uploadAll(inputs);
  const outputs = tidy(() => operation(uploaded));
  dispose(uploaded);
  const read = Object.entries(outputs).map(async ([name, output]) => [name, await download(output)] as const);
  const results = Object.fromEntries(await Promise.all(read));
  dispose(outputs);
  return results;
}

async function download(output: Tensor): Promise<HostTensor> {
  const { shape, dtype } = output;
  if (dtype !== 'float32' && dtype !== 'int32') throw new Error(`an output has dtype ${dtype}`);
  return { shape, dtype, values: await output.data() };
}

/**
 * One number from all outputs: the sum of each output's elements times weights drawn under `<key>/functional/<output>`.
 */
export function functional(outputs: NamedTensorMap, key: string): Scalar {
  const terms = Object.entries(outputs).map(([name, output]) =>
    sum(mul(output, upload(draw(`${key}/functional/${name}`, output.shape)))),
  );
  return addN(terms) as Scalar;
}

/** The operation that returns the gradients of an operation's `functional` by the named inputs. */
export function gradientsOf(operation: Operation, names: readonly string[], key: string): Operation {
  return (inputs) => {
    const score = (...replaced: Tensor[]) => {
      const own = Object.fromEntries(names.map((name, i) => [name, replaced[i]!]));
      return functional(operation({ ...inputs, ...own }), key);
    };
    const gradients = grads(score)(names.map((name) => inputs[name]!));
    return Object.fromEntries(names.map((name, i) => [name, gradients[i]!]));
  };
}
