import { float } from '../graph/attribute.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';

/** Applies one of the activations that tfjs fuses. The slopes of a prelu are an input of their own. */
export function activated(
  g: GraphBuilder,
  x: Ref,
  activation: string,
  slopes: Ref | undefined,
  alpha: number,
): Ref {
  switch (activation) {
    case 'linear':
      return x;
    case 'relu6':
      return g.op('Clip', [x, g.constant(0), g.constant(6)]);
    case 'leakyrelu':
      return g.op('LeakyRelu', [x], { alpha: float(alpha) });
    case 'prelu': {
      const negative = g.op('Less', [x, g.constant(0)]);
      return g.op('Where', [negative, g.op('Mul', [x, slopes]), x]);
    }
    default:
      return g.op({ relu: 'Relu', elu: 'Elu', sigmoid: 'Sigmoid' }[activation]!, [x]);
  }
}
