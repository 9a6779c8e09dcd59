import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { tfjsBackend, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { Adam, type AdamOptions, Optimizer, type OptimizerOptions, type UpdateTensors } from './index.ts';

type States = 'm' | 'count';
type Results = (tensors: UpdateTensors<States>) => object | undefined;

/** An optimizer with any rule, with one state tensor of its parameter's shape and one of a single number. */
class Ruled extends Optimizer<OptimizerOptions, States> {
  readonly results: Results;

  constructor(params: tf.Variable[], results: Results) {
    super(params, { lr: 1, weightDecay: 0, maximize: false });
    this.results = results;
  }

  protected override initialState() {
    return { m: 3, count: { scalar: 0 } };
  }

  protected override rule(tensors: UpdateTensors<States>) {
    return this.results(tensors) as { param: tf.Tensor };
  }
}

const parameter = () => tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));

describe.each([
  ['portable', () => useBackend(tfjsBackend('cpu'))],
  ['backend-cpu', () => useBackend(cpu({ threads: 1 }))],
])('on %s', (_, use) => {
  beforeAll(async () => {
    await use();
  });

  const kept: tf.Tensor[] = [];
  const keep = (tensor: tf.Tensor) => {
    kept.push(tf.keep(tensor));
    return tensor;
  };
  const twice = (tensor: tf.Tensor) => ({ param: tensor, m: tensor });

  it.each<[string, Results, readonly number[], readonly number[]]>([
    ['the parameter as it was', ({ param, m }) => ({ param, m: tf.add(m!, 1) }), [1, 2], [5, 5]],
    ['the gradient as state', ({ param, grad }) => ({ param: tf.add(param, 1), m: grad }), [3, 4], [7, 8]],
    ['the state as it was', ({ param, m }) => ({ param: tf.add(param, 1), m }), [3, 4], [3, 3]],
    ['the state as the parameter', ({ m }) => ({ param: m, m: tf.add(m!, 1) }), [4, 4], [5, 5]],
    ['each in the place of the other', ({ param, m }) => ({ param: m, m: param }), [1, 2], [3, 3]],
    ['one tensor twice', ({ param }) => twice(tf.add(param, 1)), [3, 4], [3, 4]],
    ['the parameter twice', ({ param }) => twice(param), [1, 2], [1, 2]],
    ['a tensor that it keeps', ({ param, m }) => ({ param: keep(tf.add(param, 1)), m }), [3, 4], [3, 3]],
  ])('a rule may return %s', async (_name, results, param, m) => {
    const before = tf.memory();
    const p = parameter();
    const optimizer = new Ruled([p], (tensors) => ({ count: tensors.count, ...results(tensors) }));
    const gradient = tf.tensor1d([7, 8]);
    for (let i = 0; i < 2; i++) optimizer.step({ [p.name]: gradient });
    const state = optimizer.state.get(p)!.tensors;
    expect([[...(await p.data())], [...(await state.get('m')!.data())]]).toEqual([param, m]);
    expect([...(await gradient.data())]).toEqual([7, 8]);
    for (const tensor of kept) expect(await tensor.data()).toHaveLength(2);
    optimizer.dispose();
    tf.dispose([p, gradient, ...kept.splice(0)]);
    const { numTensors, numDataBuffers } = tf.memory();
    expect([numTensors, numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers]);
  });

  it.each<[string, Results]>([
    ["gives no 'param'", () => undefined],
    ["gives no 'param'", ({ m, count }) => ({ m, count })],
    ["gives no 'm'", ({ param, count }) => ({ param: tf.add(param, 1), count })],
    ["gives no 'count'", ({ param, m }) => ({ param: tf.add(param, 1), m })],
    [
      'the next param has shape [1]; expected [2]',
      (all) => ({ ...all, param: tf.tidy(() => tf.slice(all.param, 0, 1)) }),
    ],
    ['the next m has shape []; expected [2]', (all) => ({ ...all, m: tf.sum(all.m!) })],
    ['the next count has shape [2]; expected []', (all) => ({ ...all, count: tf.add(all.param, 1) })],
    ['the next m has dtype int32; expected float32', (all) => ({ ...all, m: tf.cast(all.m!, 'int32') })],
    ['the next m is 3; expected a tensor', (all) => ({ ...all, m: 3 })],
  ])('where a rule %s, nothing is updated', async (message, results) => {
    const [first, p] = [parameter(), parameter()];
    const isFirst = ({ param }: UpdateTensors<States>) => param === first;
    const good: Results = ({ param, m, count }) => ({ param: tf.add(param, 1), m, count });
    const optimizer = new Ruled([first, p], (all) => (isFirst(all) ? good : results)(all));
    const gradient = tf.tensor1d([7, 8]);
    const before = tf.memory().numTensors;
    const step = () => optimizer.step({ [first.name]: gradient, [p.name]: gradient });
    expect(step).toThrow(`Ruled.rule: ${message}`);
    expect([...(await first.data()), ...(await p.data())]).toEqual([1, 2, 1, 2]);
    expect(optimizer.state.size).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('an error names a kernel that does not return a subclass’s state, and nothing is updated', () => {
    class WithSlow extends Adam {
      protected override initialState(options: AdamOptions) {
        return { ...super.initialState(options), slow: 0 };
      }
    }
    const p = parameter();
    const optimizer = new WithSlow([p]);
    const step = () => tf.tidy(() => optimizer.step({ [p.name]: tf.tensor1d([7, 8]) }));
    expect(step).toThrow("WithSlow.fusedRule: gives no 'slow'");
    expect(optimizer.state.size).toBe(0);
  });
});
