import type { GraphProto, NodeProto, ValueInfoProto } from '../generated/onnx_pb.ts';

/** The nodes that outputs depend on, in their order. */
export function neededNodes(outputs: readonly ValueInfoProto[], nodes: readonly NodeProto[]): NodeProto[] {
  const needed = new Set(outputs.map(({ name }) => name));
  const kept = nodes.toReversed().filter((node) => {
    if (!node.output.some((name) => needed.has(name))) return false;
    for (const name of namesRead(node)) needed.add(name);
    return true;
  });
  return kept.reverse();
}

/** The names of all values that a node reads, including those that its bodies read from the graphs around them. */
export function namesRead(node: NodeProto): string[] {
  const bodies = node.attribute.flatMap(({ g }) => (g ? [g] : []));
  return [
    ...node.input,
    ...bodies.flatMap((body) => [...body.node.flatMap(namesRead), ...body.output.map(({ name }) => name)]),
  ];
}

/** The number of nodes of a graph, including those of its bodies. */
export const countNodes = (graph: GraphProto): number =>
  graph.node.reduce(
    (count, { attribute }) => attribute.reduce((inner, { g }) => inner + (g ? countNodes(g) : 0), count + 1),
    0,
  );
