/** What a state's tensors would become in JSON: objects without their numbers. */
export function refuseJson(owner: string): never {
  throw new TypeError(
    `${owner}: JSON would hold no weights; write them by nn.save(model), and read them by nn.load(model, file)`,
  );
}

/** Has `JSON.stringify` of an object, or of what the object is in, say how weights are saved. */
export function withoutJson<T extends object>(owner: string, state: T): T {
  // A parameter of this name is a parameter.
  if (Object.hasOwn(state, 'toJSON')) return state;
  return Object.defineProperty(state, 'toJSON', {
    value: () => refuseJson(owner),
    configurable: true,
    writable: true,
  });
}
