import {
  Abs,
  ClipByValue,
  Elu,
  Exp,
  LeakyRelu,
  Log,
  Neg,
  Reciprocal,
  Relu,
  Rsqrt,
  Sigmoid,
  Sqrt,
  Square,
  Step,
  Tanh,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { KernelName } from '../wasm.ts';
import { type CpuKernel, tfjsKernel } from './cpu-kernel.ts';
import { itemsOf, LANES } from './grain.ts';

/** Computes a function's two parameters, if it has any, from the kernel's attributes. */
type KernelParameters = (attrs: Record<string, number>) => readonly (number | undefined)[];

/** tfjs's kernel name, the function of assembly/unary.ts, and its parameters. */
const functions: readonly (readonly [string, KernelName, KernelParameters?])[] = [
  [Relu, 'relu'],
  [LeakyRelu, 'leakyRelu', ({ alpha }) => [alpha]],
  [Elu, 'elu'],
  [Sigmoid, 'sigmoid'],
  [Tanh, 'tanh'],
  [Exp, 'exp'],
  [Log, 'log'],
  [Sqrt, 'sqrt'],
  [Rsqrt, 'rsqrt'],
  [Square, 'square'],
  [Abs, 'abs'],
  [Neg, 'neg'],
  [Reciprocal, 'reciprocal'],
  [Step, 'step', ({ alpha }) => [alpha]],
  [ClipByValue, 'clip', ({ clipValueMin, clipValueMax }) => [clipValueMin, clipValueMax]],
];

/** y = f(x) for float32; tfjs-backend-cpu handles other dtypes. */
export const unaryKernels: readonly CpuKernel[] = functions.map(([kernelName, name, parameters]) =>
  tfjsKernel<{ x: TensorInfo }, Record<string, number>>(kernelName, ({ x }, attrs, cpu) => {
    if (x.dtype !== 'float32') return undefined;
    const y = cpu.output(x.shape, 'float32');
    const [p = 0, q = 0] = parameters?.(attrs) ?? [];
    const vectors = Math.ceil(util.sizeFromShape(x.shape) / LANES);
    cpu.parallel(name, [cpu.pointer(x), y.pointer, p, q], vectors, itemsOf(LANES));
    return y.info;
  }),
);
