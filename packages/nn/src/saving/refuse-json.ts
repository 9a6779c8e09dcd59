import type { Variable } from '@tensorflow/tfjs-core';

/** What a state's tensors would become in JSON: objects without their numbers. */
export function refuseJson(owner: string): never {
  throw new TypeError(
    `${owner}: JSON would hold no weights; write them by nn.save(model), and read them by nn.load(model, file)`,
  );
}

/**
 * Has `JSON.stringify` of a state, of a copy of it, or of what these are in, say how weights are saved: the state refuses, and so does each
 * of its parameters, in a property that neither a copy nor a listing shows.
 */
export function withoutJson<T extends Readonly<Record<string, Variable>>>(owner: string, state: T): T {
  for (const parameter of new Set(Object.values(state))) refusingJson('a parameter', parameter);
  return refusingJson(owner, state);
}

function refusingJson<T extends object>(owner: string, value: T): T {
  // A parameter of this name is a parameter; what refuses already, or has JSON of its own, stays as it is.
  if (Object.hasOwn(value, 'toJSON') || !Object.isExtensible(value)) return value;
  return Object.defineProperty(value, 'toJSON', {
    value: () => refuseJson(owner),
    configurable: true,
    writable: true,
  });
}
