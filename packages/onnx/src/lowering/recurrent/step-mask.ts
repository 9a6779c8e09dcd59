import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Ref } from '../../graph/ref.ts';

/** Whether a row still has a step: [T, 1, N]. */
export function stepMask(g: GraphBuilder, lengths: Ref, steps: Ref): Ref {
  const numbers = g.op('Range', [g.constant(0, 'int64'), steps, g.constant(1, 'int64')]);
  return g.op('Less', [g.op('Unsqueeze', [numbers, g.ints(1, 2)]), g.cast(lengths, 'int64')]);
}
