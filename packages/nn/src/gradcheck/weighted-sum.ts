import { addN, mul, reshape, type Scalar, sum, Tensor, tensor1d } from '@tensorflow/tfjs-core';
import { checkDtype, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** The results of a checked function. */
export type Outputs = Tensor | readonly Tensor[];

/** The results of a function as a list. */
export function listOf(outputs: Outputs): readonly Tensor[] {
  const list = outputs instanceof Tensor ? [outputs] : outputs;
  checkValue('gradcheck', 'the result of f', list, kind.required(kind.listOf(kind.tensor)));
  if (list.length === 0)
    throw new ArgumentError('gradcheck', 'the result of f', 'is empty; expected at least one tensor');
  for (const output of list) checkDtype('gradcheck', 'the result of f', output, 'float32');
  return list;
}

/** Weights in (0.5, 1.5), different for each element and each result. */
export function weights(size: number, output: number): Float32Array {
  return Float32Array.from({ length: size }, (_, k) => 1 + Math.sin(2.3 * k + 1.1 * output + 0.4) / 2);
}

/** The sum of all elements of all results, each with its weight. */
export function weightedSum(outputs: Outputs): Scalar {
  const sums = listOf(outputs).map((output, i) =>
    sum(mul(reshape(output, [output.size]), tensor1d(weights(output.size, i)))),
  );
  return addN(sums) as Scalar;
}
