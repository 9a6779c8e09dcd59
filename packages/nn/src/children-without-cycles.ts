interface Parent<M> {
  namedChildren(): Iterable<[string, M]>;
}

/**
 * The children of each module below a root. A field that leads back to a module on the path from the root is left
 * out, so the result has no cycles. A module that several others share is among the children of each.
 */
export function childrenWithoutCycles<M extends Parent<M>>(
  root: M,
): (module: M) => readonly (readonly [string, M])[] {
  const children = new Map<M, (readonly [string, M])[]>();
  const onTheWay = new Set<M>();
  const visit = (module: M): void => {
    onTheWay.add(module);
    const forward: (readonly [string, M])[] = [];
    children.set(module, forward);
    for (const [name, child] of module.namedChildren()) {
      if (onTheWay.has(child)) continue;
      forward.push([name, child]);
      if (!children.has(child)) visit(child);
    }
    onTheWay.delete(module);
  };
  visit(root);
  return (module) => children.get(module)!;
}
