import type { RecordedOp, Value } from '../recording/recorded.ts';
import { type CallWithNumbers, callsWithNumbers, numbersKey, type PackedNumbers } from './numbers.ts';
import { type GraphInput, type GraphView, type OperandPlace, Places } from './places.ts';

/** Operations as one graph: the graph's key, inputs, numbers and outputs. */
export interface GraphPlan {
  readonly ops: readonly RecordedOp[];
  /** Plans with equal keys share one graph. */
  readonly key: string;
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly Value[];
  /** The source of each operation's operands */
  readonly operands: readonly (readonly OperandPlace[])[];
  readonly views: readonly GraphView[];
  /** The calls that have numbers */
  readonly calls: readonly CallWithNumbers[];
}

/** The inputs, outputs and numbers of one run, in the plan's order. */
export interface GraphRun {
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly Value[];
  readonly numbers: PackedNumbers;
}

interface PlanOptions {
  /** Whether numbers that are equal in two calls are fed once. Default true */
  sharesNumbers?: boolean;
}

/** @param isOutput whether a value is needed outside the graph */
export function planGraph(
  ops: readonly RecordedOp[],
  isOutput: (value: Value) => boolean,
  { sharesNumbers = true }: PlanOptions = {},
): GraphPlan {
  const places = new Places();
  const outputs: Value[] = [];
  const calls = callsWithNumbers(ops, sharesNumbers);
  let nextCall = 0;
  const key: string[] = [];
  const operands = ops.map((op, index) => {
    const from = op.operands.map((operand) => places.of(operand));
    const names = from.map(({ id }, i) => `${op.operands[i]!.name}:${id}`);
    const call = calls[nextCall]?.op === op ? calls[nextCall++] : undefined;
    const numbers = call?.shared ? '=' : numbersKey(op.numbers);
    const kept = op.outputs.map((value, i) => {
      places.make(value, index, i);
      if (!isOutput(value)) return '';
      outputs.push(value);
      return '>';
    });
    key.push(`${op.key}[${numbers}](${names.join()})${kept.join(';')}`);
    return from;
  });
  const { inputs, views } = places;
  for (const { value, shape } of inputs) key.push(`${value.dtype}${shape.length}`);
  for (const { of, shape } of views) key.push(`${of.id}/${shape.length}`);
  return { ops, key: key.join('\n'), inputs, outputs, operands, views, calls };
}
