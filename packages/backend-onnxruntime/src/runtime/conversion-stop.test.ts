import { GraphBuilder } from '@unroll/onnx';
import { type InferenceSession, Tensor } from 'onnxruntime-common';
import { expect, it } from 'vitest';
import { conversionStops } from './conversion-stop.ts';
import { nativeSessions } from './native-session.ts';
import type { Session } from './runtime.ts';

const create = nativeSessions()!;
const onCpu: InferenceSession.SessionOptions = { executionProviders: ['cpu'], logSeverityLevel: 4 };
const floats = (...elements: readonly number[]) => new Tensor('float32', Float32Array.from(elements));
const rows = (...indices: readonly number[]) => new Tensor('int32', Int32Array.from(indices));

/** A session of a graph with two outputs: the rows of x that `at` names, and their squares. */
function picking(options = onCpu): { session: Session; picked: string; squares: string } {
  const graph = new GraphBuilder();
  const x = graph.input('x', { type: 'float32', rank: 1 });
  const at = graph.input('at', { type: 'int32', rank: 1 });
  const rows = graph.op('Gather', [x, at], { axis: 0 }, { type: 'float32', rank: 1 });
  const [picked, squares] = [graph.output(rows), graph.output(graph.op('Mul', [rows, rows]))];
  return { session: create(graph.toModel().bytes, options), picked, squares };
}

const levels = ['disabled', 'basic', 'extended', 'layout', 'all'] as const;
it.each(levels)('a run returns nothing where all results have arrays (optimizations: %s)', (level) => {
  const { session, picked, squares } = picking({ ...onCpu, graphOptimizationLevel: level });
  const fetches = { [picked]: floats(0, 0), [squares]: floats(0, 0) };
  expect(session.run({ x: floats(2, 3, 4), at: rows(2, 1) }, fetches)).toEqual({});
  expect(fetches[picked]!.data).toEqual(Float32Array.of(4, 3));
  expect(fetches[squares]!.data).toEqual(Float32Array.of(16, 9));
});

it('a run returns its results where one has no array, and frees its copies of the others', async () => {
  const { session, picked, squares } = picking();
  const given = floats(0, 0);
  const fetches = { [picked]: given, [squares]: null };
  const results = await session.run({ x: floats(2, 3, 4), at: rows(2, 1) }, fetches);
  expect(results[squares]).toMatchObject({ data: Float32Array.of(16, 9), dims: [2] });
  expect(results[picked]).toMatchObject({ data: Float32Array.of() });
  expect(given.data).toEqual(Float32Array.of(4, 3));
});

it("a run's own error comes through, and the session runs again after it", () => {
  const { session, picked, squares } = picking();
  const fetches = { [picked]: floats(0), [squares]: floats(0) };
  const run = (at: number) => session.run({ x: floats(2, 3, 4), at: rows(at) }, fetches);
  expect(() => run(3)).toThrow('indices element out of data bounds, idx=3 must be within');
  expect(() => session.run({ x: floats(1) }, fetches)).toThrow('Missing Input: at');
  expect(run(1)).toEqual({});
  expect(fetches[squares]!.data).toEqual(Float32Array.of(9));
});

type Run = (
  feeds: Readonly<Record<string, Tensor>>,
  fetches: Readonly<Record<string, Tensor | null>>,
) => Record<string, Tensor>;

/** Writes 2x and x² where `conversionStops` expects them. */
const write: Run = ({ x }, fetches) => {
  const [sums, products] = Object.values(fetches).flatMap((given) => given ?? []);
  const elements = x!.data as Float32Array;
  elements.forEach((element, i) => {
    sums!.data[i] = element + element;
    products!.data[i] = element * element;
  });
  return {};
};
const refuse = (message: string): never => {
  throw new Error(message);
};
const REFUSAL = 'Tensor type (16) is not supported.';

const runs: readonly [what: string, run: Run, stops: boolean][] = [
  ['writes and refuses to convert', (...given) => write(...given) && refuse(REFUSAL), true],
  ['refuses in other words', (...given) => write(...given) && refuse('No bfloat16.'), false],
  ['converts', (...given) => write(...given) && { result: floats(1) }, false],
  ['refuses before it writes', () => refuse(REFUSAL), false],
];
it.each(runs)('a trial run shows whether conversions can be stopped: it %s', (_, run, stops) => {
  expect(conversionStops(() => ({ run }))).toBe(stops);
});

it('conversions are not stopped where no session can be created for the trial run', () => {
  expect(conversionStops(() => refuse('Type 16 is unknown.'))).toBe(false);
});
