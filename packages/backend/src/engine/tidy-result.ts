import { Tensor, tidy } from '@tensorflow/tfjs-core';

/**
 * `tf.tidy` for results of any type. It keeps the tensors in every object; the types of `tf.tidy` allow only plain
 * objects. `tf.tidy` would also look up every number of a list by name at the end of each enclosing scope.
 */
export function tidyResult<T>(compute: () => T): T {
  let result: T;
  tidy(() => {
    result = compute();
    if (result instanceof Promise) return result as never;
    return tensorsIn(result);
  });
  return result!;
}

/** The tensors in a value: in lists, objects and instances of classes, at any depth, each once. */
export function tensorsIn(value: unknown, found: Tensor[] = [], seen: Set<object> = new Set()): Tensor[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return found;
  seen.add(value);
  if (value instanceof Tensor) found.push(value);
  else if (!ArrayBuffer.isView(value)) {
    for (const member of Array.isArray(value) ? value : Object.values(value)) tensorsIn(member, found, seen);
  }
  return found;
}
