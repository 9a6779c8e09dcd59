import { type RecordedOp, runsAlone } from '../recording/recorded-op.ts';

/** Operations that share a graph, and those that run by themselves one by one. */
export function* segmentsOf(ops: readonly RecordedOp[]): Generator<readonly RecordedOp[]> {
  let segment: RecordedOp[] = [];
  for (const op of ops) {
    const last = segment.at(-1);
    if (last && (op.segment !== last.segment || runsAlone(op) || runsAlone(last))) {
      yield segment;
      segment = [];
    }
    segment.push(op);
  }
  if (segment.length > 0) yield segment;
}
