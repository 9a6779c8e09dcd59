import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { TensorTypes } from '@unroll/onnx';
import { isNumeric } from '../arrays/elements.ts';

/** A kernel's inputs as tfjs passes them: an object or a list. For a few kernels its members are lists again. */
export type KernelInputs = Readonly<Record<string, TensorInfo | readonly TensorInfo[] | undefined>>;

/** The types of inputs, as lowerings take them */
export const typesOf = (inputs: KernelInputs): TensorTypes =>
  isFlat(inputs) ? inputs : Object.fromEntries(namedInfos(inputs));

/** Whether no input is absent or a list, which is nearly always so. */
function isFlat(inputs: KernelInputs): inputs is Readonly<Record<string, TensorInfo>> {
  for (const name in inputs) {
    const input = inputs[name];
    if (!input || !('dataId' in input)) return false;
  }
  return true;
}

/** Inputs by name, without absent ones; members of lists are named `list/0`, `list/1`, …. */
export function namedInfos(inputs: KernelInputs): [string, TensorInfo][] {
  if (isFlat(inputs)) return Object.entries(inputs);
  return Object.entries(inputs).flatMap(([name, info]): [string, TensorInfo][] => {
    if (!info) return [];
    if ('dataId' in info) return [[name, info]];
    return info.map((member, i) => [`${name}/${i}`, member]);
  });
}

/**
 * Why a call cannot be part of a graph: an input has a dtype that no graph has. Undefined where all inputs are
 * numbers.
 */
export function notNumeric(types: TensorTypes): string | undefined {
  const other = Object.values(types).find((type) => type && !isNumeric(type.dtype));
  return other && `of ${other.dtype}`;
}
