import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { addToRows, inDouble, trailingAxes } from './add-to-rows.ts';
import { contractEntry, type Entry, ints, type TensorType } from './kernel-lowering.ts';

interface Structure {
  /** Whether rows are added to their segments by a product */
  readonly byProduct: boolean;
  /** Whether additions one by one are in double precision */
  readonly double: boolean;
}

/** The most rows that a product may add up in single precision. A weight's gradient adds up as many. */
const MOST_ROWS = 4096;
/** The most segments for which a product is faster than adding each element */
const MOST_SEGMENTS = 256;

/** Whether there are so few segments, compared with the rows' width, that the matrix of ones and zeros is small. */
function isProduct({ shape, dtype }: TensorType, numSegments: number): boolean {
  const [rows, ...rest] = shape as [number, ...number[]];
  const width = rest.reduce((a, b) => a * b, 1);
  return (
    dtype === 'float32' &&
    shape.length === 2 &&
    rows <= MOST_ROWS &&
    numSegments <= Math.min(MOST_SEGMENTS, 2 * width)
  );
}

/** Rows whose segment is negative or does not exist are not added. */
export const segmentSum: Entry = contractEntry<'UnsortedSegmentSum', Structure>('UnsortedSegmentSum', {
  unsupported: ({ segmentIds }) => (segmentIds.shape.length === 1 ? undefined : 'segmentIds of several axes'),
  outputs: ({ x }, { numSegments }) => ({
    y: { shape: [numSegments, ...x.shape.slice(1)], dtype: x.dtype },
  }),
  structure: ({ x }, { numSegments }) => ({
    byProduct: isProduct(x, numSegments),
    double: inDouble(x.dtype, x.shape[0]!, numSegments),
  }),
  numbers: ({ x }, { numSegments }) => [
    ints([numSegments, ...x.shape.slice(1)]),
    { type: 'int64', values: [numSegments], rank: 0 },
  ],
  lower: (g, { x, segmentIds }, { byProduct, double }, [shape, numSegments]) => {
    const ids = g.cast(segmentIds, 'int64');
    const exists = g.op('And', [
      g.op('GreaterOrEqual', [ids, g.constant(0, 'int64')]),
      g.op('Less', [ids, numSegments]),
    ]);
    const oneByOne = (body: GraphBuilder): Ref => {
      const rows = body.op('Where', [exists, ids, body.constant(0, 'int64')]);
      const mask = x.rank > 1 ? body.op('Unsqueeze', [exists, body.ints(...trailingAxes(x))]) : exists;
      // Rows without a segment are added to the first segment as zeros.
      const updates = body.op('Where', [mask, x, body.constant(0, x.type)]);
      return addToRows(body, shape!, rows, updates, double);
    };
    if (!byProduct) return { y: oneByOne(g) };
    const [y] = g.choose(
      hasOnlyFinite(g, x),
      (body) => [product(body, x, body.op('Where', [exists, ids, numSegments]), numSegments!)],
      (body) => [oneByOne(body)],
    );
    return { y: y! };
  },
});

/** A row of ones and zeros for each segment, times the rows */
function product(g: GraphBuilder, x: Ref, segments: Ref, numSegments: Ref): Ref {
  // In ONNX's OneHot, a segment that does not exist gives only zeros.
  const places = g.op('OneHot', [segments, numSegments, g.constant([0, 1], 'float32')], { axis: -1 });
  return g.op('MatMul', [g.transpose(places, [1, 0]), x]);
}

/** Whether no element is NaN or infinite: a truth value. A product would carry such an element into every segment. */
const hasOnlyFinite = (g: GraphBuilder, x: Ref): Ref =>
  g.op('Less', [
    g.op('ReduceL1', [x], { keepdims: 0 }, { type: 'float32', rank: 0 }),
    g.constant(Number.POSITIVE_INFINITY),
  ]);
