import * as ort from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { FedNumbers } from './kernel-lowering.ts';
import { lowerings } from './lowerings.ts';

const ROWS = 6;
const WIDTH = 8;
const SEGMENTS = [1, 0, 3, 1, -1, 4];

/** The sums of four segments, computed by the graph */
async function sums(x: Float32Array): Promise<number[]> {
  const { structure, numbers, lower } = lowerings.get('UnsortedSegmentSum')!;
  const types = {
    x: { shape: [ROWS, WIDTH], dtype: 'float32' as const },
    segmentIds: { shape: [ROWS], dtype: 'int32' as const },
  };
  const attrs = { numSegments: 4 };
  const shape = structure!(types, attrs);
  expect(shape).toMatchObject({ byProduct: true });
  const graph = new GraphBuilder();
  const inputs = {
    x: graph.input('x', { type: 'float32', rank: 2 }),
    segmentIds: graph.input('segmentIds', { type: 'int32', rank: 1 }),
  };
  const given = numbers!(types, attrs) as readonly FedNumbers[];
  const refs = given.map(({ type, rank, values }, i) =>
    graph.input(`n${i}`, { type, rank, ...(rank === 1 && { length: values.length }) }),
  );
  const name = graph.output(lower(graph, inputs, shape, refs)[0]!);
  const session = await ort.InferenceSession.create(graph.toModel().bytes, { logSeverityLevel: 4 });
  const results = await session.run({
    x: new ort.Tensor('float32', x, [ROWS, WIDTH]),
    segmentIds: new ort.Tensor('int32', Int32Array.from(SEGMENTS), [ROWS]),
    ...Object.fromEntries(
      given.map(({ values, rank }, i) => [
        `n${i}`,
        new ort.Tensor('int64', BigInt64Array.from(values, BigInt), rank === 0 ? [] : [values.length]),
      ]),
    ),
  });
  await session.release();
  return [...(results[name]!.data as Float32Array)];
}

/** The sums of four segments, added one number after another */
function byDefinition(x: Float32Array): number[] {
  const y = new Array<number>(4 * WIDTH).fill(0);
  x.forEach((value, i) => {
    const segment = SEGMENTS[Math.floor(i / WIDTH)]!;
    if (segment >= 0 && segment < 4) y[segment * WIDTH + (i % WIDTH)]! += value;
  });
  return y;
}

const numbers = () => Float32Array.from({ length: ROWS * WIDTH }, (_, i) => (i % 7) - 3);

it('few segments of wide rows are summed by a product; segments that do not exist get nothing', async () => {
  expect(await sums(numbers())).toEqual(byDefinition(numbers()));
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'one %s is in the sums of its own segment alone',
  async (value) => {
    const x = numbers();
    x[3 * WIDTH + 2] = value;
    expect(await sums(x)).toEqual(byDefinition(x));
  },
);
