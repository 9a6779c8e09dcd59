import {
  type ElementType,
  GraphBuilder,
  type KernelLowering,
  type Model,
  type Ref,
  type Refs,
  type RunNumbers,
} from '@unroll/onnx';
import { type Operand, type RecordedOp, structureOf } from '../recording/recorded-op.ts';
import type { Value } from '../recording/value.ts';

/** The two vectors that all numbers of a run travel in. */
export const INTS = 'ints';
export const FLOATS = 'floats';

/** A value from outside the graph, in the shape in which it is fed. */
export interface GraphInput {
  readonly value: Value;
  readonly shape: readonly number[];
}

/** One run of a graph: what decides the graph, and what it is fed with and returns. */
export interface GraphPlan {
  readonly ops: readonly RecordedOp[];
  /** Equal for runs that one graph serves. */
  readonly key: string;
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly Value[];
  /** Shapes in which results are used inside the graph, other than their own */
  readonly views: readonly (readonly number[])[];
  /** Whether numbers that are equal in two calls are fed once: a replay may come with others. */
  readonly sharesNumbers: boolean;
}

/** What a graph takes and returns in one run, in its plan's order. */
export interface GraphRun {
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly Value[];
  readonly numbers: PackedNumbers;
}

/** The elements of the two vectors of numbers */
export interface PackedNumbers {
  readonly ints: BigInt64Array;
  readonly floats: Float32Array;
}

/** A graph as a file, and the names of its outputs, in the order of the plan's. */
export interface BuiltGraph {
  readonly model: Model;
  readonly outputNames: readonly string[];
  readonly hasInts: boolean;
  readonly hasFloats: boolean;
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/** Where an operand comes from, as the key and the builder say it. */
class Places {
  readonly inputs: GraphInput[] = [];
  readonly views: (readonly number[])[] = [];
  readonly #inputsOf = new Map<Value, number[]>();
  readonly #made = new Map<Value, string>();
  readonly #viewIds = new Map<string, string>();

  made(value: Value, id: string): void {
    this.#made.set(value, id);
  }

  isMade(value: Value): boolean {
    return this.#made.has(value);
  }

  /** The operand's place, and what is new about it in the key. */
  of({ value, shape }: Operand): { id: string; declared: string } {
    const made = this.#made.get(value);
    if (made === undefined) return this.#input(value, shape);
    if (sameShape(shape, value.shape)) return { id: made, declared: made };
    const sizes = `${made} ${shape.join()}`;
    let id = this.#viewIds.get(sizes);
    if (id) return { id, declared: id };
    id = `v${this.views.length}`;
    this.#viewIds.set(sizes, id);
    this.views.push(shape);
    return { id, declared: `${id}=${made}/${shape.length}` };
  }

  #input(value: Value, shape: readonly number[]): { id: string; declared: string } {
    const known = this.#inputsOf.get(value) ?? [];
    this.#inputsOf.set(value, known);
    const found = known.find((input) => sameShape(this.inputs[input]!.shape, shape));
    if (found !== undefined) return { id: `i${found}`, declared: `i${found}` };
    const index = this.inputs.length;
    this.inputs.push({ value, shape });
    known.push(index);
    return { id: `i${index}`, declared: `i${index}=${value.dtype}${shape.length}` };
  }
}

/** Numbers that are all floats, rates and the like, are shared with the call before of the same kernel where they are equal. */
function equalNumbers(op: RecordedOp, before: readonly RunNumbers[] | undefined): boolean {
  return (
    before !== undefined &&
    before.length === op.numbers.length &&
    op.numbers.every(
      ({ type, values }, i) =>
        type === 'float32' && values.length === 1 && values[0] === before[i]!.values[0],
    )
  );
}

const numbersKey = (numbers: readonly RunNumbers[]): string =>
  numbers.map(({ type, rank, values }) => `${type[0]}${rank === 0 ? '' : values.length}`).join();

/** Which calls' numbers are fed: all but those that are shared. */
export function fedNumbers({
  ops,
  sharesNumbers,
}: Pick<GraphPlan, 'ops' | 'sharesNumbers'>): { op: RecordedOp; shared: boolean }[] {
  const before = new Map<string, readonly RunNumbers[]>();
  return ops
    .filter(({ numbers }) => numbers.length > 0)
    .map((op) => {
      const shared = sharesNumbers && equalNumbers(op, before.get(op.kernel));
      before.set(op.kernel, op.numbers);
      return { op, shared };
    });
}

export function planGraph(
  ops: readonly RecordedOp[],
  isOutput: (value: Value) => boolean,
  { sharesNumbers = true } = {},
): GraphPlan {
  const places = new Places();
  const outputs: Value[] = [];
  const parts: string[] = [];
  const shared = new Map(fedNumbers({ ops, sharesNumbers }).map((fed) => [fed.op, fed.shared]));
  ops.forEach((op, index) => {
    const operands = op.operands.map((operand) => `${operand.name}:${places.of(operand).declared}`);
    const numbers = shared.get(op) ? '=' : numbersKey(op.numbers);
    op.outputs.forEach((value, i) => {
      places.made(value, `${index}.${i}`);
    });
    const kept = op.outputs.map((value) => {
      if (!isOutput(value)) return '';
      outputs.push(value);
      return '>';
    });
    parts.push(`${op.key}[${numbers}](${operands.join()})${kept.join(';')}`);
  });
  return { ops, key: parts.join('\n'), inputs: places.inputs, outputs, views: places.views, sharesNumbers };
}

/** @param numbersOf a call's numbers; default: those it was recorded with */
export function packNumbers(
  plan: GraphPlan,
  numbersOf: (op: RecordedOp) => readonly RunNumbers[] = ({ numbers }) => numbers,
): PackedNumbers {
  const ints: bigint[] = [];
  const floats: number[] = [];
  for (const { op, shared } of fedNumbers(plan)) {
    if (shared) continue;
    for (const { type, values } of numbersOf(op)) {
      if (type === 'float32') floats.push(...values);
      else for (const value of values) ints.push(BigInt(value));
    }
  }
  for (const shape of plan.views) for (const size of shape) ints.push(BigInt(size));
  return { ints: BigInt64Array.from(ints), floats: Float32Array.from(floats) };
}

export function buildGraph(plan: GraphPlan): BuiltGraph {
  const graph = new GraphBuilder();
  const refs = new Map<string, Ref>();
  const places = new Places();
  const inputTypes = plan.inputs.map(({ value, shape }, i) =>
    graph.input(`i${i}`, { type: value.dtype as ElementType, rank: shape.length }),
  );
  inputTypes.forEach((ref, i) => {
    refs.set(`i${i}`, ref);
  });
  const numbers = numberRefs(graph, plan);
  const resolve = (operand: Operand): Ref => {
    const { id, declared } = places.of(operand);
    let ref = refs.get(id);
    if (!ref) {
      const made = declared.slice(declared.indexOf('=') + 1, declared.indexOf('/'));
      ref = graph.op('Reshape', [refs.get(made)!, numbers.views[places.views.length - 1]], { allowzero: 1 });
      refs.set(id, ref);
    }
    return ref;
  };
  const outputRefs = new Map<Value, Ref>();
  plan.ops.forEach((op, index) => {
    graph.scope = `${index} ${op.kernel}`;
    const inputs: Record<string, Ref> = {};
    for (const operand of op.operands) inputs[operand.name] = resolve(operand);
    const { lower } = op.how as KernelLowering;
    const outputs = lower(graph, inputs as Refs, structureOf(op), numbers.of.get(op) ?? []);
    op.outputs.forEach((value, i) => {
      const ref = outputs[i];
      checkPromised(op, value, ref);
      places.made(value, `${index}.${i}`);
      refs.set(`${index}.${i}`, ref!);
      outputRefs.set(value, ref!);
    });
  });
  graph.scope = 'outputs';
  const outputNames = plan.outputs.map((value) => graph.output(outputRefs.get(value)!));
  return { model: graph.toModel(), outputNames, hasInts: numbers.hasInts, hasFloats: numbers.hasFloats };
}

function checkPromised(op: RecordedOp, value: Value, ref: Ref | undefined): void {
  if (!ref || ref.type !== value.dtype || ref.rank !== value.shape.length) {
    const made = ref ? `${ref.type} of ${ref.rank} axes` : 'nothing';
    throw new Error(
      `onnxruntime: the lowering of ${op.kernel} made ${made}; promised was ${value.dtype} of ${value.shape.length} axes`,
    );
  }
}

/** Takes the two vectors apart again. */
function numberRefs(graph: GraphBuilder, plan: GraphPlan) {
  const pieces = { int64: [] as number[], float32: [] as number[] };
  const wanted: { type: 'int64' | 'float32'; rank: 0 | 1; piece: number }[] = [];
  const fed = fedNumbers(plan);
  for (const { op, shared } of fed) {
    if (shared) continue;
    for (const { type, values, rank } of op.numbers) {
      wanted.push({ type, rank, piece: pieces[type].push(values.length) - 1 });
    }
  }
  for (const shape of plan.views)
    wanted.push({ type: 'int64', rank: 1, piece: pieces.int64.push(shape.length) - 1 });

  graph.scope = 'numbers';
  const parts = {
    int64: takeApart(graph, INTS, 'int64', pieces.int64),
    float32: takeApart(graph, FLOATS, 'float32', pieces.float32),
  };
  const refs = wanted.map(({ type, rank, piece }) => {
    const vector = parts[type][piece]!;
    return rank === 1 ? vector : graph.op('Squeeze', [vector, graph.ints(0)]);
  });
  const of = new Map<RecordedOp, readonly Ref[]>();
  const last = new Map<string, readonly Ref[]>();
  let next = 0;
  for (const { op, shared } of fed) {
    const own = shared ? last.get(op.kernel)! : refs.slice(next, next + op.numbers.length);
    if (!shared) next += own.length;
    of.set(op, own);
    last.set(op.kernel, own);
  }
  return {
    of,
    views: refs.slice(next),
    hasInts: pieces.int64.length > 0,
    hasFloats: pieces.float32.length > 0,
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
