import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  type GraphProto,
  GraphProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  type TypeProto_TensorSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../generated/onnx_pb.ts';
import { type Attributes, attributeProto } from './attribute.ts';
import { constantProto } from './constant.ts';
import { type ElementType, elementTypeCode } from './element-type.ts';
import { type Model, modelOf } from './model.ts';
import { Names } from './names.ts';
import { namesRead, neededNodes } from './needed-nodes.ts';
import { operators } from './operators.ts';
import type { Ref, RefType } from './ref.ts';

/** One step of a Scan. It takes the states and this step's slices, and returns the next states and the outputs. */
export type ScanBody = (
  graph: GraphBuilder,
  states: readonly Ref[],
  slices: readonly Ref[],
) => { states: readonly Ref[]; outputs: readonly Ref[] };

export interface ScanOptions {
  /** Walk from the last step to the first. Each output stays at its step. Default false */
  reverse?: boolean;
}

/**
 * Builds a graph node by node. Types and numbers of axes are checked and inferred. Sizes are not, so that one graph
 * serves all sizes.
 */
export class GraphBuilder {
  readonly #parent: GraphBuilder | undefined;
  readonly #names: Names;
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #constants = new Map<string, Ref>();
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #producers = new Map<string, NodeProto>();

  constructor(parent?: GraphBuilder) {
    this.#parent = parent;
    this.#names = parent ? parent.#names : new Names();
  }

  /**
   * Sets the prefix of the names of the following nodes. Errors and profiles then show which part of the graph a node
   * belongs to.
   */
  set scope(prefix: string) {
    this.#names.prefix = prefix;
  }

  /** A value that is fed at each run. Its axes may have any size. */
  input(name: string, { type, rank, length }: RefType): Ref {
    const dim = Array.from({ length: rank }, (_, axis) => ({
      value:
        length === undefined
          ? ({ case: 'dimParam', value: `${name}_${axis}` } as const)
          : ({ case: 'dimValue', value: BigInt(length) } as const),
    }));
    this.#inputs.push(valueInfo(name, type, { dim }));
    return { name, type, rank, ...(length !== undefined && { length }) };
  }

  /**
   * Makes a value an output of the graph. A node copies a value that no node made or that is an output already.
   *
   * @returns the output's name
   */
  output(ref: Ref): string {
    const taken = this.#outputs.some(({ name }) => name === ref.name);
    const { name } = this.#producers.has(ref.name) && !taken ? ref : this.op('Identity', [ref]);
    this.#outputs.push(valueInfo(name, ref.type));
    return name;
  }

  /** A constant: a number or a vector. Equal constants of one type are the same value. */
  constant(values: number | readonly number[], type: ElementType = 'float32'): Ref {
    if (this.#parent) return this.#parent.constant(values, type);
    const key = `${type} ${JSON.stringify(values)} ${Object.is(values, -0) ? '-' : ''}${String(values)}`;
    let ref = this.#constants.get(key);
    if (!ref) {
      const name = this.#names.fresh('constant');
      this.#initializers.push(constantProto(name, values, type));
      ref =
        typeof values === 'number' ? { name, type, rank: 0 } : { name, type, rank: 1, length: values.length };
      this.#constants.set(key, ref);
    }
    return ref;
  }

  /** A vector of int64 numbers, as ONNX takes shapes, axes and positions. */
  ints(...values: number[]): Ref {
    return this.constant(values, 'int64');
  }

  /** A node with one output. The output's type and number of axes are inferred where they are not given. */
  op(type: string, inputs: readonly (Ref | undefined)[], attributes: Attributes = {}, output?: RefType): Ref {
    return this.ops(type, inputs, attributes, output && [output])[0]!;
  }

  /** A node with any number of outputs. */
  ops(
    type: string,
    inputs: readonly (Ref | undefined)[],
    attributes: Attributes = {},
    outputs?: readonly (RefType | undefined)[],
  ): Ref[] {
    const types = outputs ?? this.#infer(type, inputs, attributes);
    const node = create(NodeProtoSchema, {
      opType: type,
      name: this.#names.fresh(type),
      input: inputs.map((input) => input?.name ?? ''),
      attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
    });
    const refs = types.map((output, i) => ({
      ...(output ?? { type: 'float32' as const, rank: 0 }),
      name: output ? (types.length === 1 ? node.name : `${node.name}:${i}`) : '',
    }));
    node.output = refs.map(({ name }) => name);
    for (const { name } of refs) this.#producers.set(name, node);
    this.#nodes.push(node);
    return refs;
  }

  #infer(type: string, inputs: readonly (Ref | undefined)[], attributes: Attributes): readonly RefType[] {
    const infer = operators.get(type);
    if (!infer) throw new Error(`GraphBuilder: what ${type} returns is not known; give its outputs`);
    const types = infer(inputs, attributes);
    return 'type' in types ? [types] : types;
  }

  /** Converts elements. It adds a node only where the type differs. */
  cast(x: Ref, type: ElementType): Ref {
    if (x.type === type) return x;
    return this.op('Cast', [x], { to: elementTypeCode(type) }, { ...x, type });
  }

  transpose(x: Ref, perm: readonly number[]): Ref {
    if (perm.every((axis, i) => axis === i)) return x;
    return this.op('Transpose', [x], { perm });
  }

  /** Reduces axes by one of ONNX's reductions. */
  reduce(type: string, x: Ref, axes: readonly number[], keepDims = false): Ref {
    if (axes.length === 0) return x;
    return this.op(type, [x, this.ints(...axes)], { keepdims: keepDims ? 1 : 0 });
  }

  /** Splits a value into equal parts along an axis. */
  split(x: Ref, parts: number, axis: number): Ref[] {
    if (parts === 1) return [x];
    const part = { type: x.type, rank: x.rank };
    return this.ops('Split', [x], { axis, num_outputs: parts }, Array(parts).fill(part));
  }

  /** The matrix that a node of this graph transposed to make `matrix`; undefined where no node did. */
  transposeOf(matrix: Ref): Ref | undefined {
    const node = this.#producers.get(matrix.name);
    return node?.opType === 'Transpose' && matrix.rank === 2
      ? { ...matrix, name: node.input[0]! }
      : undefined;
  }

  /** Whether a node of this graph made `x` by reordering the axes of another value. */
  isTransposed(x: Ref): boolean {
    return this.#producers.get(x.name)?.opType === 'Transpose';
  }

  /**
   * Walks the first axis of `sequences` and carries `states` along. The body may use values of this graph.
   *
   * @returns the last states, then the outputs with the steps as their first axis
   */
  scan(
    states: readonly Ref[],
    sequences: readonly Ref[],
    body: ScanBody,
    { reverse = false }: ScanOptions = {},
  ): Ref[] {
    const inner = new GraphBuilder(this);
    const name = this.#names.fresh('step');
    const stateRefs = states.map(({ type, rank }, i) => inner.input(`${name}/state${i}`, { type, rank }));
    const slices = sequences.map(({ type, rank }, i) =>
      inner.input(`${name}/slice${i}`, { type, rank: rank - 1 }),
    );
    const next = this.#names.within('body', () => {
      const made = body(inner, stateRefs, slices);
      for (const ref of [...made.states, ...made.outputs]) inner.output(ref);
      return made;
    });
    const direction = reverse ? 1 : 0;
    return this.ops(
      'Scan',
      [...states, ...sequences],
      {
        body: inner.#graph(name),
        num_scan_inputs: sequences.length,
        scan_input_directions: sequences.map(() => direction),
        scan_output_directions: next.outputs.map(() => direction),
      },
      [
        ...next.states.map(({ type, rank }) => ({ type, rank })),
        ...next.outputs.map(({ type, rank }) => ({ type, rank: rank + 1 })),
      ],
    );
  }

  /**
   * Runs one of two branches: `then` where the condition holds, else `otherwise`. Both may use values of this graph.
   * Both return the same number of values, with the same types and numbers of axes.
   */
  choose(condition: Ref, then: (graph: GraphBuilder) => readonly Ref[], otherwise: typeof then): Ref[] {
    const name = this.#names.fresh('branch');
    const branch = (part: string, build: typeof then) => {
      const inner = new GraphBuilder(this);
      const refs = this.#names.within(part, () => {
        const made = build(inner);
        for (const ref of made) inner.output(ref);
        return made;
      });
      return { refs, graph: inner.#graph(`${name}/${part}`) };
    };
    const [yes, no] = [branch('then', then), branch('else', otherwise)];
    yes.refs.forEach(({ type, rank }, i) => {
      const other = no.refs[i];
      if (other?.type !== type || other.rank !== rank || yes.refs.length !== no.refs.length) {
        throw new Error('GraphBuilder.choose: the two branches return different types');
      }
    });
    const types = yes.refs.map(({ type, rank }) => ({ type, rank }));
    return this.ops('If', [condition], { then_branch: yes.graph, else_branch: no.graph }, types);
  }

  #graph(name: string): GraphProto {
    const node = neededNodes(this.#outputs, this.#nodes);
    const used = new Set(node.flatMap(namesRead));
    return create(GraphProtoSchema, {
      name,
      node,
      initializer: this.#initializers.filter((constant) => used.has(constant.name)),
      input: this.#inputs,
      output: this.#outputs,
    });
  }

  /** The graph as the bytes of an ONNX file. */
  toModel(name = 'unroll'): Model {
    return modelOf(this.#graph(name));
  }
}

type Shape = NonNullable<MessageInitShape<typeof TypeProto_TensorSchema>['shape']>;

function valueInfo(name: string, type: ElementType, shape?: Shape): ValueInfoProto {
  const tensor = { elemType: elementTypeCode(type), ...(shape && { shape }) };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: tensor } } });
}
