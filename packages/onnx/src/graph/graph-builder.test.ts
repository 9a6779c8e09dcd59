import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { readModel } from '../model-file.ts';
import { float } from './attribute.ts';
import { GraphBuilder } from './graph-builder.ts';
import { OPSET } from './model.ts';

/** Runs a graph of float32 inputs by ONNX Runtime, and returns its first output. */
async function run(graph: GraphBuilder, feeds: Record<string, [number[], number[]]>) {
  const session = await ort.InferenceSession.create(graph.toModel().bytes, { logSeverityLevel: 4 });
  const tensors = Object.entries(feeds).map(([name, [values, shape]]) => [
    name,
    new ort.Tensor('float32', Float32Array.from(values), shape),
  ]);
  const results = await session.run(Object.fromEntries(tensors) as Record<string, ort.Tensor>);
  const { data, dims } = results[session.outputNames[0]!]!;
  return { values: [...(data as Float32Array)], shape: [...dims] };
}

const operators = (graph: GraphBuilder): string[] =>
  readModel(graph.toModel().bytes).graph!.node.map(({ opType }) => opType);

describe('GraphBuilder', () => {
  it('builds a graph that serves inputs of all sizes', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', { type: 'float32', rank: 2 });
    graph.output(graph.reduce('ReduceSum', graph.op('Mul', [x, graph.constant([1, 10])]), [1]));
    expect(
      await run(graph, {
        x: [
          [1, 2],
          [1, 2],
        ],
      }),
    ).toEqual({ values: [21], shape: [1] });
    expect(
      await run(graph, {
        x: [
          [1, 2, 3, 4],
          [2, 2],
        ],
      }),
    ).toEqual({ values: [21, 43], shape: [2] });
  });

  it('walks a sequence with states, forwards and in reverse, and takes values from around the body', async () => {
    for (const reverse of [false, true]) {
      const graph = new GraphBuilder();
      const x = graph.input('x', { type: 'float32', rank: 2 });
      const factor = graph.op('Add', [graph.constant(1), graph.constant(1)]);
      const start = graph.op('Mul', [graph.reduce('ReduceSum', x, [0]), graph.constant(0)]);
      const [last, sums] = graph.scan(
        [start],
        [x],
        (body, [sum], [step]) => {
          const next = body.op('Add', [sum!, body.op('Mul', [step!, factor])]);
          return { states: [next], outputs: [next] };
        },
        { reverse },
      );
      expect([last!.rank, sums!.rank]).toEqual([1, 2]);
      graph.output(sums!);
      const { values } = await run(graph, {
        x: [
          [1, 2, 3],
          [3, 1],
        ],
      });
      expect(values).toEqual(reverse ? [12, 10, 6] : [2, 6, 12]);
    }
  });

  it('runs one of two branches, which take values from around them, and a walk within', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', { type: 'float32', rank: 1 });
    const doubled = graph.op('Add', [x, x]);
    const [chosen] = graph.choose(
      graph.op('Less', [graph.reduce('ReduceSum', x, [0]), graph.constant(10)]),
      (body) => [body.op('Mul', [doubled, body.constant(100)])],
      (body) =>
        body
          .scan([body.constant(0)], [x], (step, [sum], [value]) => {
            const next = step.op('Add', [sum!, value!]);
            return { states: [next], outputs: [next] };
          })
          .slice(1),
    );
    expect(chosen).toMatchObject({ type: 'float32', rank: 1 });
    graph.output(chosen!);
    expect((await run(graph, { x: [[1, 2], [2]] })).values).toEqual([200, 400]);
    expect((await run(graph, { x: [[10, 20, 1], [3]] })).values).toEqual([10, 30, 31]);
  });

  it('refuses branches that return different types', () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', { type: 'float32', rank: 1 });
    const yes = graph.op('Less', [graph.reduce('ReduceSum', x, [0]), graph.constant(0)]);
    expect(() =>
      graph.choose(
        yes,
        () => [x],
        (body) => [body.reduce('ReduceSum', x, [0])],
      ),
    ).toThrow('GraphBuilder.choose: the two branches return different types');
  });

  it('leaves out nodes and constants that no output needs, in bodies too', () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', { type: 'float32', rank: 1 });
    graph.op('Exp', [graph.op('Add', [x, graph.constant(7)])]);
    graph.output(graph.op('Neg', [x]));
    expect(operators(graph)).toEqual(['Neg']);
    expect(readModel(graph.toModel().bytes).graph!.initializer).toEqual([]);
  });

  it('keeps nodes that only a body needs', () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', { type: 'float32', rank: 1 });
    const factor = graph.op('Exp', [graph.constant(0)]);
    const [, outputs] = graph.scan([graph.constant(0)], [x], (body, [state], [step]) => ({
      states: [state!],
      outputs: [body.op('Mul', [step!, factor])],
    }));
    graph.output(outputs!);
    expect(operators(graph)).toEqual(['Exp', 'Scan']);
    // Exp, Scan, and in its body Mul and the copy of the state.
    expect(graph.toModel().nodeCount).toBe(4);
  });

  it('has one constant for equal numbers of one type', () => {
    const graph = new GraphBuilder();
    expect(graph.constant(1)).toBe(graph.constant(1));
    expect(graph.constant([1, 2], 'int64')).toBe(graph.ints(1, 2));
    expect(graph.constant(1)).not.toBe(graph.constant(1, 'int32'));
    expect(graph.constant(1)).not.toBe(graph.constant([1]));
    expect(graph.constant(0)).not.toBe(graph.constant(-0));
    expect(graph.constant(Number.NaN)).not.toBe(graph.constant(Number.POSITIVE_INFINITY));
  });

  it('copies a value that is an output twice, or that no node made', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', { type: 'float32', rank: 1 });
    const y = graph.op('Neg', [x]);
    const names = [graph.output(y), graph.output(y), graph.output(x)];
    expect(new Set(names).size).toBe(3);
    expect(operators(graph)).toEqual(['Neg', 'Identity', 'Identity']);
    expect((await run(graph, { x: [[3], [1]] })).values).toEqual([-3]);
  });

  it('finds the matrix behind a transposition', () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', { type: 'float32', rank: 2 });
    expect(graph.transposeOf(graph.transpose(x, [1, 0]))).toEqual(x);
    expect(graph.transposeOf(x)).toBeUndefined();
    expect(graph.transpose(x, [0, 1])).toBe(x);
  });

  it('writes every kind of attribute', () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', { type: 'float32', rank: 4 });
    graph.output(
      graph.op('Conv', [x, x], {
        auto_pad: 'VALID',
        strides: [1, 2],
        group: 1,
        alpha: float(0.5),
        names: ['a', 'b'],
      }),
    );
    const [node] = readModel(graph.toModel().bytes).graph!.node;
    expect(node!.attribute.map(({ name, type }) => [name, type])).toEqual([
      ['auto_pad', 3],
      ['strides', 7],
      ['group', 2],
      ['alpha', 1],
      ['names', 8],
    ]);
  });

  it('names its operator set', () => {
    const graph = new GraphBuilder();
    graph.output(graph.op('Neg', [graph.constant(1)]));
    const { opsetImport, producerName } = readModel(graph.toModel().bytes);
    expect(opsetImport.map(({ version }) => version)).toEqual([BigInt(OPSET)]);
    expect(producerName).toBe('@unroll/onnx');
  });

  it('asks for the outputs of operators that it does not know', () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', { type: 'float32', rank: 1 });
    expect(() => graph.op('Frobnicate', [x])).toThrow(
      'GraphBuilder: what Frobnicate returns is not known; give its outputs',
    );
    expect(() => graph.op('Reshape', [x, graph.input('shape', { type: 'int64', rank: 1 })])).toThrow(
      'GraphBuilder: the length of shape is unknown',
    );
  });
});
