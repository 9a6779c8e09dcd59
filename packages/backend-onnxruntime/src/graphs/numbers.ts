import type { GraphBuilder, Ref, RunNumbers } from '@unroll/onnx';
import type { RecordedOp } from '../recording/recorded.ts';
import type { GraphView } from './places.ts';

/*
 * The numbers of a run: those of calls (sizes, positions, rates), and the shapes of views. They are fed as two
 * vectors, one of integers and one of floats, which the graph splits again. Drawn numbers are fed as they are.
 */

/** The names under which the two vectors are fed. */
export const INTS = 'ints';
export const FLOATS = 'floats';
/** The name under which drawn numbers are fed. */
export const drawnName = (index: number): string => `drawn${index}`;

/** Drawn numbers of a run. */
interface Drawn {
  readonly elements: Float32Array;
  readonly shape: readonly number[];
}

/** The elements of the two vectors, and the drawn numbers. */
export interface PackedNumbers {
  readonly ints: BigInt64Array;
  readonly floats: Float32Array;
  readonly drawn: readonly Drawn[];
}

/** A call with numbers. */
export interface CallWithNumbers {
  readonly op: RecordedOp;
  /**
   * Whether the call has the same numbers as the previous call of its kernel, so that no numbers of its own are fed.
   */
  readonly shared: boolean;
}

/**
 * The calls that have numbers.
 *
 * @param shares whether numbers that are equal in two calls are fed once
 */
export function callsWithNumbers(ops: readonly RecordedOp[], shares: boolean): CallWithNumbers[] {
  const before = new Map<string, readonly RunNumbers[]>();
  const calls: CallWithNumbers[] = [];
  for (const op of ops) {
    if (op.numbers.length === 0) continue;
    calls.push({ op, shared: shares && areEqualRates(op.numbers, before.get(op.kernel)) });
    before.set(op.kernel, op.numbers);
  }
  return calls;
}

/** Only single floats, such as rates, are shared: updates of many parameters have equal ones. */
function areEqualRates(numbers: readonly RunNumbers[], before: readonly RunNumbers[] | undefined): boolean {
  return (
    before !== undefined &&
    before.length === numbers.length &&
    numbers.every((own, i) => {
      const other = before[i]!;
      return (
        own.type === 'float32' &&
        other.type === 'float32' &&
        own.values.length === 1 &&
        own.values[0] === other.values[0]
      );
    })
  );
}

/**
 * Whether each call that shares numbers still has those of the call before it, by the numbers that `numbersOf`
 * returns.
 */
export function areStillShared(
  calls: readonly CallWithNumbers[],
  numbersOf: (op: RecordedOp) => readonly RunNumbers[],
): boolean {
  const before = new Map<string, readonly RunNumbers[]>();
  return calls.every(({ op, shared }) => {
    const numbers = numbersOf(op);
    const areShared = !shared || areEqualRates(numbers, before.get(op.kernel));
    before.set(op.kernel, numbers);
    return areShared;
  });
}

/** The part of a call's numbers that decides the graph: their types and lengths, or their numbers of axes. */
export const numbersKey = (numbers: readonly RunNumbers[]): string =>
  numbers
    .map((own) => {
      if (own.type === 'drawn') return `d${own.shape.length}`;
      return `${own.type[0]}${own.rank === 0 ? '' : own.values.length}`;
    })
    .join();

/** @param numbersOf returns a call's numbers; default: the numbers of its recording */
export function packNumbers(
  { calls, views }: { readonly calls: readonly CallWithNumbers[]; readonly views: readonly GraphView[] },
  numbersOf: (op: RecordedOp) => readonly RunNumbers[] = ({ numbers }) => numbers,
): PackedNumbers {
  const ints: bigint[] = [];
  const floats: number[] = [];
  const drawn: Drawn[] = [];
  for (const { op, shared } of calls) {
    if (shared) continue;
    for (const own of numbersOf(op)) {
      if (own.type === 'drawn') drawn.push({ elements: own.draw(), shape: own.shape });
      else if (own.type === 'float32') floats.push(...own.values);
      else for (const value of own.values) ints.push(BigInt(value));
    }
  }
  for (const { shape } of views) for (const size of shape) ints.push(BigInt(size));
  return { ints: BigInt64Array.from(ints), floats: Float32Array.from(floats), drawn };
}

/** The numbers inside a graph. */
interface NumberRefs {
  readonly of: ReadonlyMap<RecordedOp, readonly Ref[]>;
  /** The shapes of the views, in the views' order */
  readonly views: readonly Ref[];
  /** Whether the graph has the vector as an input */
  readonly hasInts: boolean;
  readonly hasFloats: boolean;
}

/** Splits the two vectors into the numbers of calls and the shapes of views. */
export function numberRefs(
  graph: GraphBuilder,
  calls: readonly CallWithNumbers[],
  views: readonly GraphView[],
): NumberRefs {
  const sizes = { int64: [] as number[], float32: [] as number[] };
  type Wanted = { type: 'int64' | 'float32'; rank: 0 | 1; piece: number };
  const wanted: (Wanted | { drawn: Ref })[] = [];
  let drawn = 0;
  for (const { op, shared } of calls) {
    if (shared) continue;
    for (const own of op.numbers) {
      if (own.type === 'drawn') {
        const rank = own.shape.length;
        wanted.push({ drawn: graph.input(drawnName(drawn++), { type: 'float32', rank }) });
      } else {
        const { type, rank, values } = own;
        wanted.push({ type, rank, piece: sizes[type].push(values.length) - 1 });
      }
    }
  }
  for (const { shape } of views)
    wanted.push({ type: 'int64', rank: 1, piece: sizes.int64.push(shape.length) - 1 });

  graph.scope = 'numbers';
  const pieces = {
    int64: takeApart(graph, INTS, 'int64', sizes.int64),
    float32: takeApart(graph, FLOATS, 'float32', sizes.float32),
  };
  const refs = wanted.map((each) => {
    if ('drawn' in each) return each.drawn;
    const { type, rank, piece } = each;
    const vector = pieces[type][piece]!;
    return rank === 1 ? vector : graph.op('Squeeze', [vector, graph.ints(0)]);
  });
  const of = new Map<RecordedOp, readonly Ref[]>();
  const last = new Map<string, readonly Ref[]>();
  let next = 0;
  for (const { op, shared } of calls) {
    const own = shared ? last.get(op.kernel)! : refs.slice(next, next + op.numbers.length);
    if (!shared) next += own.length;
    of.set(op, own);
    last.set(op.kernel, own);
  }
  return {
    of,
    views: refs.slice(next),
    hasInts: sizes.int64.length > 0,
    hasFloats: sizes.float32.length > 0,
  };
}

function takeApart(
  graph: GraphBuilder,
  name: string,
  type: 'int64' | 'float32',
  sizes: readonly number[],
): Ref[] {
  if (sizes.length === 0) return [];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const packed = graph.input(name, { type, rank: 1, length: total });
  if (sizes.length === 1) return [packed];
  return graph.ops(
    'Split',
    [packed, graph.ints(...sizes)],
    { axis: 0 },
    sizes.map((length) => ({ type, rank: 1, length })),
  );
}
