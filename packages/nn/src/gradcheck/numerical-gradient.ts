import { type Tensor, tensor, Variable } from '@tensorflow/tfjs-core';
import { tidyResult } from '@unroll/backend/operations';
import { listOf, type Outputs, weights } from './weighted-sum.ts';

/** `f(x + h·step)` times `weight`: fourth-order differences, to be divided by 12·h. */
const stencil = [
  { step: 2, weight: -1 },
  { step: 1, weight: 8 },
  { step: -1, weight: -8 },
  { step: -2, weight: 1 },
] as const;

/**
 * The gradient of the weighted sum with respect to one input, by differences. Sums and differences are computed in
 * double precision.
 */
export async function numericalGradient(
  f: (...inputs: Tensor[]) => Outputs,
  inputs: readonly Tensor[],
  moved: number,
  eps: number,
): Promise<number[]> {
  const input = inputs[moved]!;
  const values = (await input.data()) as Float32Array;
  const gradient: number[] = [];
  for (const [element, value] of values.entries()) {
    const h = eps * Math.max(1, Math.abs(value));
    let difference = 0;
    for (const { step, weight } of stencil) {
      const changed = values.slice();
      changed[element] = value + step * h;
      difference += weight * (await sumOf(callWith(f, inputs, moved, changed)));
    }
    gradient.push(difference / (12 * h));
  }
  return gradient;
}

/** The results where one input has other values. A variable has these values only during the call. */
function callWith(
  f: (...inputs: Tensor[]) => Outputs,
  inputs: readonly Tensor[],
  moved: number,
  values: Float32Array,
): readonly Tensor[] {
  return tidyResult(() => {
    const input = inputs[moved]!;
    const changed = tensor(values, input.shape);
    if (!(input instanceof Variable)) {
      return listOf(f(...inputs.map((other) => (other === input ? changed : other)))).map(own);
    }
    const before = input.clone();
    try {
      input.assign(changed);
      return listOf(f(...inputs)).map(own);
    } finally {
      input.assign(before);
    }
  });
}

/** A tensor that the caller may dispose, even if `f` keeps its own. */
const own = (tensor: Tensor): Tensor => tensor.clone();

/** The weighted sum of results. The results are disposed. */
async function sumOf(outputs: readonly Tensor[]): Promise<number> {
  const values = await Promise.all(outputs.map((output) => output.data()));
  for (const output of outputs) output.dispose();
  let total = 0;
  for (const [i, numbers] of values.entries()) {
    const factors = weights(numbers.length, i);
    for (const [k, value] of numbers.entries()) total += value * factors[k]!;
  }
  return total;
}
