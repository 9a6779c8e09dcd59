/** The module at an index; negative indices count from the end. */
export function moduleAt<M>(owner: string, modules: readonly M[], index: number): M {
  const module = modules.at(index);
  if (!module) throw new Error(`${owner}: index is ${index}; there are ${modules.length} modules`);
  return module;
}
