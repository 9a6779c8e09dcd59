import { lowerings, type RunNumbers } from '@unroll/onnx';
import { describe, expect, it } from 'vitest';
import { type RecordedOp, Value } from '../recording/recorded.ts';
import { planGraph } from './graph-plan.ts';
import { packNumbers } from './numbers.ts';

const float = (...shape: number[]) => new Value(shape, 'float32');

function call(
  kernel: string,
  operands: Record<string, Value>,
  output: Value,
  attrs: object = {},
): RecordedOp {
  const how = lowerings.get(kernel)!;
  const types = Object.fromEntries(
    Object.entries(operands).map(([name, { shape }]) => [name, { shape, dtype: 'float32' as const }]),
  );
  return {
    kernel,
    attrs,
    operands: Object.entries(operands).map(([name, value]) => ({ name, value, shape: value.shape })),
    outputs: [output],
    how,
    key: `${kernel} ${JSON.stringify(how.structure?.(types, attrs)) ?? ''}`,
    numbers: how.numbers?.(types, attrs) ?? [],
    origin: '',
    layer: '',
    segment: 0,
    requires: undefined,
    failure: undefined,
    state: 'waiting',
  };
}

describe('planGraph', () => {
  const sum = (rows: number, scale: number) => {
    const [x, scaled, total] = [float(rows, 2), float(rows, 2), float()];
    const filled = call('Fill', {}, scaled, { shape: [rows, 2], value: scale, dtype: 'float32' });
    const product = float(rows, 2);
    const ops = [
      filled,
      call('Multiply', { a: x, b: scaled }, product),
      call('Sum', { x: product }, total, { axis: [0, 1] }),
    ];
    return planGraph(ops, (value) => value === total);
  };

  it('has one key for other sizes and other numbers', () => {
    expect(sum(3, 0.5).key).toBe(sum(500, -2).key);
    expect(sum(700, 0.5).key).toBe(sum(90_001, -2).key); // long sums are another graph
  });

  it('has another key for other operations, inputs, outputs or structure', () => {
    const [x, y, z] = [float(2, 3), float(2, 3), float(3)];
    const plans = [
      planGraph([call('Multiply', { a: x, b: x }, y)], () => true),
      planGraph([call('Multiply', { a: x, b: y }, z)], () => true),
      planGraph([call('Add', { a: x, b: x }, y)], () => true),
      planGraph([call('Sum', { x }, z, { axis: 0 })], () => true),
      planGraph([call('Sum', { x }, z, { axis: 1 })], () => true),
      planGraph([call('Sum', { x: float(2, 3, 4) }, z, { axis: 0 })], () => true),
      planGraph([call('Add', { a: x, b: x }, y), call('Sum', { x: y }, z, { axis: 0 })], () => true),
      planGraph(
        [call('Add', { a: x, b: x }, y), call('Sum', { x: y }, z, { axis: 0 })],
        (value) => value === z,
      ),
    ];
    expect(new Set(plans.map(({ key }) => key)).size).toBe(plans.length);
  });

  it('feeds a value once for each shape in which it is used, and reshapes what the graph makes', () => {
    const [x, y, z] = [float(6), float(6), float(2, 3)];
    const negated = call('Neg', { x }, y);
    const viewed = { ...call('Neg', { x: y }, z), operands: [{ name: 'x', value: y, shape: [2, 3] }] };
    const again = { ...call('Neg', { x }, float(3, 2)), operands: [{ name: 'x', value: x, shape: [3, 2] }] };
    const plan = planGraph([negated, viewed, again], () => true);
    expect(plan.inputs.map(({ shape }) => shape)).toEqual([[6], [3, 2]]);
    expect(plan.views.map(({ shape }) => shape)).toEqual([[2, 3]]);
    expect([...packNumbers(plan).ints]).toEqual([2n, 3n]);
    expect(plan.operands.flat().map(({ from }) => from)).toEqual(['input', 'view', 'input']);
    expect(plan.views[0]!.of).toMatchObject({ operation: 0, output: 0 });
  });

  it('feeds equal rates of neighbouring updates once', () => {
    const attrs = { lr: 0.1, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };
    const update = (lr: number) =>
      call('SgdStep', { param: float(2), grad: float(2) }, float(2), { ...attrs, lr });
    const rates = (...updates: RecordedOp[]): number[] => [
      ...packNumbers(planGraph(updates, () => true)).floats,
    ];
    const one = rates(update(0.5));
    expect(rates(update(0.5), update(0.5))).toEqual(one);
    expect(rates(update(0.5), update(0.25))).toHaveLength(2 * one.length);
    const shared = planGraph([update(0.5), update(0.5)], () => true);
    const apart = planGraph([update(0.5), update(0.25)], () => true);
    expect(shared.key).not.toBe(apart.key);
    const numbers: RunNumbers[] = [{ type: 'float32', values: [9], rank: 0 }];
    expect([...packNumbers(shared, () => numbers).floats]).toEqual([9]);
  });
});
