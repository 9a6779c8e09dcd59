import type { Variable } from '@tensorflow/tfjs-core';

/** The keys of each parameter, in the order of the state. A shared parameter has several. */
export function keysByParameter(
  state: Readonly<Record<string, Variable>>,
): ReadonlyMap<Variable, readonly [string, ...string[]]> {
  const keys = new Map<Variable, [string, ...string[]]>();
  for (const [key, parameter] of Object.entries(state)) {
    const known = keys.get(parameter);
    if (known) known.push(key);
    else keys.set(parameter, [key]);
  }
  return keys;
}
