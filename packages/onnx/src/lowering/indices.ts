import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';

const BEYOND = 2 ** 31 - 1;

/**
 * Moves negative indices beyond every end, where the run fails. ONNX would count them from the end and silently read
 * another row. In tfjs and PyTorch they are errors.
 */
export function refuseNegative(g: GraphBuilder, indices: Ref): Ref {
  const zero = g.constant(0, indices.type);
  return g.op('Where', [g.op('Less', [indices, zero]), g.constant(BEYOND, indices.type), indices]);
}

/**
 * As `refuseNegative`, for places in a tensor of D axes, `[…, D]`: it moves each of the D indices that is out of its
 * axis's range.
 */
export function refuseOutside(g: GraphBuilder, places: Ref, sizes: Ref): Ref {
  const zero = g.constant(0, places.type);
  const isInside = g.op('And', [g.op('GreaterOrEqual', [places, zero]), g.op('Less', [places, sizes])]);
  return g.op('Where', [isInside, places, g.constant(BEYOND, places.type)]);
}
