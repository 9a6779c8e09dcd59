import { clone, type Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape } from '@unroll/backend/checks';

/**
 * Checks the results of a rule, and returns tensors that the optimizer may keep. It clones a result that comes twice
 * or that somebody else owns, such as an input of the rule.
 *
 * @param shapes the expected shapes of the results, by name
 * @param given the tensors that the rule was given
 * @returns the results in the order of `shapes`
 * @throws where a result is missing, or has another shape or dtype
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
