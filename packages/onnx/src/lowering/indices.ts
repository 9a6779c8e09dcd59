import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';

const BEYOND = 2 ** 31 - 1;

/**
 * Indices with negative ones moved beyond every end: ONNX counts them from the end, and reads another row without a word,
 * where they are errors to tfjs and PyTorch. What is beyond the end fails in the run.
 */
export function refuseNegative(g: GraphBuilder, indices: Ref): Ref {
  const zero = g.constant(0, indices.type);
  return g.op('Where', [g.op('Less', [indices, zero]), g.constant(BEYOND, indices.type), indices]);
}

/** Places in a tensor of several axes, `[…, D]`: as `refuseNegative`, where any of the D is out of its axis's range. */
export function refuseOutside(g: GraphBuilder, places: Ref, sizes: Ref): Ref {
  const zero = g.constant(0, places.type);
  const isInside = g.op('And', [g.op('GreaterOrEqual', [places, zero]), g.op('Less', [places, sizes])]);
  return g.op('Where', [isInside, places, g.constant(BEYOND, places.type)]);
}
