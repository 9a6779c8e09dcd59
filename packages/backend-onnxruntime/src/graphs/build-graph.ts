import { type ElementType, GraphBuilder, type Model, type Ref } from '@unroll/onnx';
import type { RecordedOp, Value } from '../recording/recorded.ts';
import { loweringOf, structureOf } from '../recording/recorded-op.ts';
import type { GraphPlan } from './graph-plan.ts';
import { numberRefs } from './numbers.ts';
import type { OperandPlace } from './places.ts';

/** A graph as an ONNX file, and the names of its outputs in the plan's order. */
export interface BuiltGraph {
  readonly model: Model;
  readonly outputNames: readonly string[];
  readonly hasInts: boolean;
  readonly hasFloats: boolean;
}

/** Lowers a plan's operations to ONNX, one after another. */
export function buildGraph(plan: GraphPlan): BuiltGraph {
  const graph = new GraphBuilder();
  const inputs = plan.inputs.map(({ value, shape }, i) =>
    graph.input(`i${i}`, { type: value.dtype as ElementType, rank: shape.length }),
  );
  const numbers = numberRefs(graph, plan.calls, plan.views);
  const made: (readonly Ref[])[] = [];
  const views: Ref[] = [];
  const refOf = (place: OperandPlace): Ref => {
    if (place.from === 'operation') return made[place.operation]![place.output]!;
    if (place.from === 'input') return inputs[place.index]!;
    const { index } = place;
    views[index] ??= graph.op('Reshape', [refOf(plan.views[index]!.of), numbers.views[index]], {
      allowzero: 1,
    });
    return views[index];
  };
  const outputRefs = new Map<Value, Ref>();
  plan.ops.forEach((op, index) => {
    graph.scope = `${index} ${op.kernel}`;
    const operands = plan.operands[index]!;
    const refs = Object.fromEntries(op.operands.map(({ name }, i) => [name, refOf(operands[i]!)]));
    const outputs = loweringOf(op)!.lower(graph, refs, structureOf(op), numbers.of.get(op) ?? []);
    op.outputs.forEach((value, i) => {
      checkPromised(op, value, outputs[i]);
      outputRefs.set(value, outputs[i]!);
    });
    made.push(outputs);
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
