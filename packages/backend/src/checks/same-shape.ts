/** Whether two shapes have the same axes. A shape from other code may have holes; a hole is not a size. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] === undefined || a[axis] !== b[axis]) return false;
  return true;
}
