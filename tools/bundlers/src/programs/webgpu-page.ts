import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { webgpu } from '@unroll/backend-webgpu';

/** The results of a page with or without WebGPU. */
export interface WebgpuReport {
  /** TensorFlow.js's name of the backend */
  backend?: string;
  /** The error of a page without WebGPU */
  unavailable?: { name: string; message: string };
  /** Whether tensors on the GPU are read with their exact bits, by the name of the values */
  sameBits?: Record<string, boolean>;
  /** The error of a synchronous read */
  readSynchronously?: string;
}

/** More than a megabyte of values */
const MANY = 300_001;

const values: Readonly<Record<string, Float32Array | Int32Array>> = {
  'numbers beside the usual': Float32Array.of(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    1e-45,
    -3e-42,
    1.1754942e-38,
    3.4028234e38,
    1 / 3,
  ),
  integers: Int32Array.of(2 ** 31 - 1, -(2 ** 31), -1, 0, 2 ** 24 + 1),
  'many numbers': Float32Array.from({ length: MANY }, (_, i) => Math.sin(i)),
};

async function reportOnWebgpu(): Promise<WebgpuReport> {
  try {
    await useBackend(webgpu({ forceFallbackAdapter: true }));
  } catch (error) {
    const { name, message } = error as Error;
    return { unavailable: { name, message } };
  }
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  const sameBits: NonNullable<WebgpuReport['sameBits']> = {};
  for (const [name, expected] of Object.entries(values)) {
    sameBits[name] = areSame(await onGpu(expected).data(), expected);
  }
  return { backend: tf.getBackend(), sameBits, readSynchronously: readSynchronously() };
}

function readSynchronously(): string {
  try {
    return `gives ${tf.square(tf.tensor1d([1, 2, 3])).dataSync()}`;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A tensor that an operation has used, so that its values are only on the GPU. */
function onGpu(expected: Float32Array | Int32Array): tf.Tensor {
  const x = tf.tensor1d(expected, expected instanceof Int32Array ? 'int32' : 'float32');
  tf.abs(x).dispose();
  return x;
}

function areSame(one: tf.TypedArray, other: tf.TypedArray): boolean {
  const [bits, otherBits] = [one, other].map(
    ({ buffer, byteOffset, length }) => new Uint32Array(buffer, byteOffset, length),
  ) as [Uint32Array, Uint32Array];
  return one.length === other.length && bits.every((word, i) => word === otherBits[i]);
}

Object.assign(globalThis, { report: reportOnWebgpu() });
