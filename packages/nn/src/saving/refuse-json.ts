import type { Variable } from '@tensorflow/tfjs-core';

/** Throws the error that JSON would lose a state's numbers. */
export function refuseJson(owner: string): never {
  throw new TypeError(
    `${owner}: JSON would hold no weights; write them by nn.save(model), and read them by nn.load(model, file)`,
  );
}

/**
 * Makes `JSON.stringify` of a state, of a copy of it, or of an object that contains one, throw an error that says how
 * to save weights. The state and each of its parameters throw, by a property that neither a copy nor a listing shows.
 */
export function withoutJson<T extends Readonly<Record<string, Variable>>>(owner: string, state: T): T {
  for (const parameter of new Set(Object.values(state))) refusingJson('a parameter', parameter);
  return refusingJson(owner, state);
}

function refusingJson<T extends object>(owner: string, value: T): T {
  // A parameter of this name stays a parameter. An object that throws already, or has its own JSON, stays as it is.
  if (Object.hasOwn(value, 'toJSON') || !Object.isExtensible(value)) return value;
  return Object.defineProperty(value, 'toJSON', {
    value: () => refuseJson(owner),
    configurable: true,
    writable: true,
  });
}
