import { buildGraph } from '../graphs/build-graph.ts';
import { planGraph } from '../graphs/graph-plan.ts';
import type { RecordedOp } from '../recording/recorded.ts';
import { runsAlone } from '../recording/recorded-op.ts';

/*
 * ONNX Runtime takes about 0.1 ms a node to create a session, up to some hundreds of nodes. Beyond that, the time
 * grows faster than the square of the number of nodes (15,000 nodes: 8 s). Long segments come from loops that call a
 * cell or a layer many times. They are cut into pieces. Where operations repeat, the pieces are whole repetitions, so
 * that they share sessions. The remaining repetitions are cut into pieces of half the length each time, so loops of
 * any length share sessions too.
 */

/** Nodes that one graph may have before it is cut */
const MOST_NODES = 1500;
/** The approximate number of nodes of a piece */
const PIECE = 400;
/** Segments with fewer operations are never cut. */
const FEW = 24;
/** The longest repetition to look for, in operations */
const LONGEST_PERIOD = 250;

/** Cuts operations into pieces: operations that share a graph, or one operation that runs by itself. */
export function* piecesOf(ops: readonly RecordedOp[]): Generator<readonly RecordedOp[]> {
  let segment: RecordedOp[] = [];
  for (const op of ops) {
    const last = segment.at(-1);
    if (last && (op.segment !== last.segment || runsAlone(op) || runsAlone(last))) {
      yield* cut(segment);
      segment = [];
    }
    segment.push(op);
  }
  if (segment.length > 0) yield* cut(segment);
}

function* cut(segment: readonly RecordedOp[]): Generator<readonly RecordedOp[]> {
  if (segment.length <= FEW) return yield segment;
  const nodes = segment.map(nodesOf);
  const total = nodes.reduce((sum, count) => sum + count, 0);
  if (total <= MOST_NODES) return yield segment;
  let begin = 0;
  for (const end of cuts(segment.map(signature), nodes)) {
    yield segment.slice(begin, end);
    begin = end;
  }
}

const signature = ({ key, operands }: RecordedOp): string => `${key} ${operands.length}`;

const nodesBySignature = new Map<string, number>();

/** The number of nodes that an operation is lowered to. */
function nodesOf(op: RecordedOp): number {
  const known = nodesBySignature.get(signature(op));
  if (known !== undefined) return known;
  const { nodeCount } = buildGraph(planGraph([op], () => true)).model;
  nodesBySignature.set(signature(op), nodeCount);
  return nodeCount;
}

/**
 * Where to cut a long sequence of operations: the ends of the pieces.
 *
 * @param signatures equal for operations that do the same
 * @param nodes the number of nodes of each operation
 */
export function* cuts(signatures: readonly string[], nodes: readonly number[]): Generator<number> {
  const count = signatures.length;
  const sum = (begin: number, end: number): number => {
    let total = 0;
    for (let i = begin; i < end; i++) total += nodes[i]!;
    return total;
  };
  let begin = 0;
  let pending = 0; // nodes since `begin`
  for (let at = 0; at < count; ) {
    const period = periodAt(signatures, at);
    if (period === 0) {
      if (pending > 0 && pending + nodes[at]! > PIECE) {
        yield at;
        begin = at;
        pending = 0;
      }
      pending += nodes[at]!;
      at++;
      continue;
    }
    if (at > begin) yield at;
    let end = at + period;
    while (end < count && signatures[end] === signatures[end - period]) end++;
    const repetitions = Math.floor((end - at) / period);
    for (const length of powersOfTwo(repetitions, PIECE / sum(at, at + period))) {
      at += length * period;
      yield at;
    }
    begin = at;
    pending = 0;
  }
  if (begin < count) yield count;
}

/**
 * The shortest period with which operations repeat from `at` on, for at least four repetitions and 32 operations; 0
 * where there is none.
 */
function periodAt(signatures: readonly string[], at: number): number {
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    const length = Math.max(32, 4 * period);
    if (at + length > signatures.length) return 0;
    if (signatures[at] !== signatures[at + period]) continue;
    let i = at + period;
    while (i < at + length && signatures[i] === signatures[i - period]) i++;
    if (i === at + length) return period;
  }
  return 0;
}

/** A number as a sum of powers of two that are at most `most`, the largest first. */
function* powersOfTwo(total: number, most: number): Generator<number> {
  let power = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, most))));
  for (let left = total; left > 0; ) {
    if (power > left) {
      power /= 2;
    } else {
      yield power;
      left -= power;
    }
  }
}
