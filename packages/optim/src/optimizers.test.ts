import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { largestDistance } from '@unroll/backend-testkit/torch';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stateAsJson } from '../test/state-as-json.ts';
import { Adagrad, Adam, AdamW, type Optimizer, type OptimizerOptions, RMSprop, SGD } from './index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

beforeEach(() => {
  tf.disposeVariables();
});

const webAssembly = cpu({ threads: 1 });

const parameter = (values: number[] = [1, -2, 0.5]) => tf.tidy(() => tf.variable(tf.tensor1d(values)));

type AnyOptimizer = Optimizer<OptimizerOptions & Record<string, unknown>>;

function descend(optimizer: Pick<AnyOptimizer, 'step'>, p: tf.Variable, from: number, to: number): void {
  for (let t = from; t <= to; t++) {
    tf.tidy(() => optimizer.step({ [p.name]: tf.tensor1d([0.1 * t, -0.3, 1.5 / t]) }));
  }
}

function expectClose(actual: Iterable<number>, expected: readonly number[]): void {
  expect(largestDistance([...actual], expected)).toBeLessThan(5e-6);
}

/*
 * By PyTorch 1.13.1: p = torch.tensor([1., -2., .5], requires_grad=True); o = torch.optim.SGD([p], lr=.1, …)
 *   for t in 1, 2, 3: p.grad = torch.tensor([.1 * t, -.3, 1.5 / t]); o.step()
 */
const published: readonly [
  string,
  (p: readonly tf.Variable[]) => Pick<AnyOptimizer, 'step' | 'stateDict' | 'loadStateDict' | 'dispose'>,
  readonly number[],
][] = [
  ['SGD', (p) => new SGD(p, { lr: 0.1 }), [0.94, -1.91, 0.225]],
  [
    'SGD with dampened momentum and L2',
    (p) => new SGD(p, { lr: 0.1, momentum: 0.9, dampening: 0.2, weightDecay: 0.05 }),
    [0.8936578, -1.799535, -0.07051143],
  ],
  [
    'SGD with Nesterov momentum',
    (p) => new SGD(p, { lr: 0.1, momentum: 0.9, nesterov: true }),
    [0.85441, -1.75853, -0.3141],
  ],
  [
    'SGD that maximizes',
    (p) => new SGD(p, { lr: 0.1, maximize: true, weightDecay: 0.1 }),
    [1.0299, -2.029701, 0.7564145],
  ],
  ['Adam', (p) => new Adam(p, { lr: 0.1 }), [0.7076817, -1.7, 0.2194662]],
  ['Adam with L2', (p) => new Adam(p, { lr: 0.1, weightDecay: 0.1 }), [0.7016783, -1.700213, 0.2187258]],
  [
    'AMSGrad',
    (p) => new Adam(p, { lr: 0.1, amsgrad: true, betas: [0.8, 0.6] }),
    [0.7205853, -1.7, 0.2298475],
  ],
  ['AdamW', (p) => new AdamW(p, { lr: 0.1 }), [0.7049811, -1.694306, 0.2182608]],
  [
    'AdamW with AMSGrad',
    (p) => new AdamW(p, { lr: 0.1, weightDecay: 0.2, amsgrad: true }),
    [0.6547641, -1.588344, 0.1958866],
  ],
  ['RMSprop', (p) => new RMSprop(p, { lr: 0.1 }), [-1.698826, 0.2891297, -1.237108]],
  [
    'centered RMSprop with momentum',
    (p) =>
      new RMSprop(p, { lr: 0.1, centered: true, momentum: 0.8, weightDecay: 0.1, maximize: true, eps: 1e-2 }),
    [2.441057, -3.583818, 3.600944],
  ],
  ['Adagrad', (p) => new Adagrad(p, { lr: 0.1 }), [0.7303789, -1.771554, 0.3267072]],
  [
    'Adagrad with decay and a first sum',
    (p) =>
      new Adagrad(p, { lr: 0.1, lrDecay: 0.5, weightDecay: 0.1, initialAccumulatorValue: 0.3, eps: 1e-2 }),
    [0.9110603, -1.873109, 0.3634824],
  ],
];

describe('optimizers', () => {
  it.each(published)("%s makes PyTorch's steps", (_name, make, expected) => {
    const p = parameter();
    descend(make([p]), p, 1, 3);
    expectClose(p.dataSync(), expected);
  });

  it.each(published)('%s goes on from a saved state', (_name, make, expected) => {
    const p = parameter();
    const first = make([p]);
    descend(first, p, 1, 2);
    const copy = parameter([...p.dataSync()]);
    const second = make([copy]);
    const dict = first.stateDict();
    const json = JSON.parse(stateAsJson(dict));
    second.loadStateDict(json);
    descend(second, copy, 3, 3);
    expectClose(copy.dataSync(), expected);
    const sharing = make([p]);
    sharing.loadStateDict(dict);
    descend(sharing, p, 3, 3);
    expectClose(p.dataSync(), expected);
  });

  it.each(published)(
    "%s makes PyTorch's steps in WebAssembly, from its first or swapped in between",
    async (_n, make, expected) => {
      for (const swapAfter of [0, 2]) {
        await tf.setBackend('cpu');
        const p = parameter();
        const optimizer = make([p]);
        descend(optimizer, p, 1, swapAfter);
        await useBackend(webAssembly);
        descend(optimizer, p, swapAfter + 1, 3);
        expectClose(await p.data(), expected);
        optimizer.dispose();
        p.dispose();
      }
      await tf.setBackend('cpu');
    },
  );

  it.each(published)('%s holds the same memory after 200 steps as after one', (_name, make) => {
    const before = tf.memory();
    const p = parameter();
    const optimizer = make([p]);
    descend(optimizer, p, 1, 1);
    const early = tf.memory();
    descend(optimizer, p, 2, 200);
    const late = tf.memory();
    expect([late.numTensors, late.numBytes, late.numDataBuffers]).toEqual([
      early.numTensors,
      early.numBytes,
      early.numDataBuffers,
    ]);
    optimizer.dispose();
    p.dispose();
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numBytes).toBe(before.numBytes);
  });

  it('gives each group its own options, and its defaults for the others', () => {
    const [a, b] = [parameter([1]), parameter([1])];
    const optimizer = new SGD([{ params: [a], lr: 0.5 }, { params: b }], { lr: 0.25 });
    tf.tidy(() =>
      optimizer.step(
        new Map([
          [a, tf.ones([1])],
          [b, tf.ones([1])],
        ]),
      ),
    );
    expect([a.dataSync()[0], b.dataSync()[0]]).toEqual([0.5, 0.75]);
    expect(optimizer.paramGroups.map(({ lr }) => lr)).toEqual([0.5, 0.25]);
  });

  it('leaves a parameter without a gradient alone, and makes no state for it', () => {
    const [a, b] = [parameter(), parameter()];
    const optimizer = new Adam([a, b]);
    descend(optimizer, a, 1, 1);
    expectClose(b.dataSync(), [1, -2, 0.5]);
    expect(optimizer.state.has(b)).toBe(false);
    expect(optimizer.state.get(a)!.step).toBe(1);
  });

  it("saves under PyTorch's keys", () => {
    const p = parameter();
    const optimizer = new Adam([p], { amsgrad: true });
    descend(optimizer, p, 1, 1);
    const { state, param_groups } = optimizer.stateDict();
    expect(Object.keys(state[0]!)).toEqual(['step', 'exp_avg', 'exp_avg_sq', 'max_exp_avg_sq']);
    expect(param_groups).toEqual([
      {
        lr: 1e-3,
        betas: [0.9, 0.999],
        eps: 1e-8,
        weight_decay: 0,
        amsgrad: true,
        maximize: false,
        params: [0],
      },
    ]);
  });

  it('takes over a state that PyTorch saved', () => {
    const p = parameter([0, 0, 0]);
    const optimizer = new SGD([p]);
    optimizer.loadStateDict({
      state: { 0: { momentum_buffer: { data: [1, 2, 3], shape: [3] } } },
      param_groups: [
        {
          lr: 0.5,
          momentum: 1,
          dampening: 0,
          weight_decay: 0,
          nesterov: false,
          maximize: false,
          foreach: null,
          differentiable: false,
          params: [0],
        },
      ],
    });
    tf.tidy(() => optimizer.step({ [p.name]: tf.ones([3]) }));
    expectClose(p.dataSync(), [-1, -1.5, -2]);
  });

  it('loads all of a state or none of it', () => {
    const optimizer = new Adam([parameter(), parameter([1])]);
    const groups = [{ params: [0, 1], lr: 0.5 }];
    const shape3 = { data: [1, 2, 3], shape: [3] };
    const wrong: [string, Parameters<typeof optimizer.loadStateDict>[0]][] = [
      ['there are 0 parameter groups; the optimizer has 1', { state: {}, param_groups: [] }],
      ["group 0 has 1 parameters; the optimizer's has 2", { state: {}, param_groups: [{ params: [0] }] }],
      ['state 7 belongs to no parameter', { state: { 7: {} }, param_groups: groups }],
      [
        "state 0 has 'momentum_buffer'; this optimizer keeps exp_avg, exp_avg_sq",
        { state: { 0: { momentum_buffer: shape3 } }, param_groups: groups },
      ],
      [
        "state 1.exp_avg has shape [3]; its parameter's is [1]",
        { state: { 0: { exp_avg: shape3 }, 1: { exp_avg: shape3 } }, param_groups: groups },
      ],
      [
        'group 0: lr is NaN; expected a number',
        { state: {}, param_groups: [{ params: [0, 1], lr: Number.NaN }] },
      ],
    ];
    for (const [message, dict] of wrong) expect(() => optimizer.loadStateDict(dict)).toThrow(message);
    expect(optimizer.paramGroups[0]!.lr).toBe(1e-3);
    expect(optimizer.state.size).toBe(0);
  });

  it.each<[string, (p: tf.Variable) => unknown]>([
    ['SGD: lr is -1; expected a number of at least 0', (p) => new SGD([p], { lr: -1 })],
    ['SGD: lr is NaN', (p) => new SGD([p], { lr: Number.NaN })],
    ['SGD: momentum is -0.1; expected a number of at least 0', (p) => new SGD([p], { momentum: -0.1 })],
    ['SGD: nesterov is set with momentum 0 and dampening 0', (p) => new SGD([p], { nesterov: true })],
    [
      'expected a momentum above 0 and a dampening of 0',
      (p) => new SGD([p], { nesterov: true, momentum: 0.9, dampening: 0.1 }),
    ],
    ['Adam: betas[0] is 1; expected a number in [0, 1)', (p) => new Adam([p], { betas: [1, 0.9] })],
    ['AdamW: betas[1] is -1; expected a number in [0, 1)', (p) => new AdamW([p], { betas: [0.9, -1] })],
    ['Adam: eps is -1; expected a number of at least 0', (p) => new Adam([p], { eps: -1 })],
    ['AdamW: weightDecay is -1; expected a number of at least 0', (p) => new AdamW([p], { weightDecay: -1 })],
    ['RMSprop: alpha is -1; expected a number of at least 0', (p) => new RMSprop([p], { alpha: -1 })],
    ['Adagrad: lrDecay is -1; expected a number of at least 0', (p) => new Adagrad([p], { lrDecay: -1 })],
    ['SGD: params is an empty list; expected parameters', () => new SGD([])],
    ['SGD: params is a tf.Variable; expected an array', (p) => new SGD(p as never)],
    ['SGD: paramGroups[0].params[1]', (p) => new SGD([p, p])],
    ['is in the optimizer already', (p) => new SGD([{ params: [p] }, { params: [p] }])],
    ['SGD: paramGroups[1].params[0]', (p) => new SGD([p]).addParamGroup({ params: [p] })],
    ['params[0] is a Tensor; expected a tf.Variable', () => new SGD([tf.scalar(1) as tf.Variable])],
    ['SGD: lr is -2', (p) => new SGD([{ params: [p], lr: -2 }])],
    ['SGD.step: the gradient of variable', (p) => new SGD([p]).step({ [p.name]: tf.zeros([2]) })],
    ['has shape [2]; expected [3]', (p) => new SGD([p]).step({ [p.name]: tf.zeros([2]) })],
    [
      'SGD.step: none of the gradients belongs to a parameter of this optimizer',
      (p) => new SGD([p]).step({ other: tf.zeros([3]) }),
    ],
  ])('says "%s"', (message, wrong) => {
    expect(() => wrong(parameter())).toThrow(message);
  });
});
