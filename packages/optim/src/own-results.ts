import { clone, type Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape } from '@unroll/backend/checks';

/**
 * Checks what a rule returned, and makes all of it the optimizer's to keep: a tensor that is somebody's, one of those that the rule
 * was given for instance, or that comes twice, is cloned.
 *
 * @param shapes those of the results that there have to be, by name
 * @param given what the rule was given
 * @returns the results in the order of their shapes
 * @throws where one is missing, or has another shape or dtype
 */
export function ownResults(
  owner: string,
  results: unknown,
  shapes: Readonly<Record<string, readonly number[]>>,
  given: Iterable<Tensor>,
): Tensor[] {
  const taken = new Set(given);
  return Object.entries(shapes).map(([name, shape]) => {
    const result = (results as Readonly<Record<string, unknown>> | null | undefined)?.[name];
    if (result === undefined) throw new Error(`${owner}: gives no '${name}'`);
    const tensor = result as Tensor;
    checkDtype(owner, `the next ${name}`, tensor, 'float32');
    checkExactShape(owner, `the next ${name}`, tensor, shape);
    const isOwn = !taken.has(tensor) && !tensor.kept && !(tensor instanceof Variable);
    taken.add(tensor);
    return isOwn ? tensor : clone(tensor);
  });
}
