import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { largestDistance } from '@unroll/backend-testkit/torch';
import { beforeAll, describe, expect, it } from 'vitest';
import { stateAsJson } from '../test/state-as-json.ts';
import { Adadelta, Adamax, NAdam, RAdam } from './index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const parameter = (values = [1, -2, 0.5]) => tf.tidy(() => tf.variable(tf.tensor1d(values)));

function descend(optimizer: Pick<NAdam, 'step'>, p: tf.Variable, from: number, to: number): void {
  for (let t = from; t <= to; t++) {
    tf.tidy(() => optimizer.step(new Map([[p, tf.tensor1d([0.1 * t, -0.3, 1.5 / t])]])));
  }
}

const optimizers: readonly [
  string,
  (p: tf.Variable) => NAdam | RAdam | Adamax | Adadelta,
  readonly string[],
][] = [
  ['NAdam', (p) => new NAdam([p]), ['step', 'mu_product', 'exp_avg', 'exp_avg_sq']],
  ['RAdam', (p) => new RAdam([p]), ['step', 'exp_avg', 'exp_avg_sq']],
  ['Adamax', (p) => new Adamax([p]), ['step', 'exp_avg', 'exp_inf']],
  ['Adadelta', (p) => new Adadelta([p]), ['step', 'square_avg', 'acc_delta']],
];

describe.each(optimizers)('%s', (_, make, keys) => {
  it('has PyTorch’s state, and goes on from one that went through JSON', () => {
    const tensors = tf.memory().numTensors;
    const [through, apart] = [parameter(), parameter()];
    const whole = make(through);
    descend(whole, through, 1, 8);
    const first = make(apart);
    descend(first, apart, 1, 4);
    expect(Object.keys(first.stateDict().state[0]!)).toEqual(keys);
    const second = make(apart);
    second.loadStateDict(JSON.parse(stateAsJson(first.stateDict())));
    descend(second, apart, 5, 8);
    expect([...apart.dataSync()]).toEqual([...through.dataSync()]);
    for (const one of [whole, first, second, through, apart]) one.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe('mu_product', () => {
  // By PyTorch 1.13.1: p = torch.tensor([1., -2., .5]); o = torch.optim.NAdam([p], foreach=True); one step of [.1, -.3, 1.5]
  const saved = (muProduct: unknown) => ({
    state: {
      0: {
        step: 1,
        mu_product: muProduct,
        exp_avg: { data: [0.01, -0.03, 0.15], shape: [3] },
        exp_avg_sq: { data: [1e-5, 9e-5, 2.25e-3], shape: [3] },
      },
    },
    param_groups: [
      { params: [0], lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weight_decay: 0, momentum_decay: 4e-3 },
    ],
  });

  it('is one number, saved as a number or as a tensor of shape []', () => {
    const p = parameter();
    const results = [0.45007345, { data: [0.45007345], shape: [] }, tf.scalar(0.45007345)].map(
      (muProduct) => {
        const optimizer = new NAdam([p]);
        optimizer.loadStateDict(saved(muProduct) as never);
        expect(optimizer.state.get(p)!.tensors.get('muProduct')!.shape).toEqual([]);
        return optimizer.state.get(p)!.tensors.get('muProduct')!.dataSync()[0]!;
      },
    );
    expect(largestDistance(results, [0.45007345, 0.45007345, 0.45007345])).toBeLessThan(1e-7);
  });

  it('of another shape is refused', () => {
    const optimizer = new NAdam([parameter()]);
    expect(() => optimizer.loadStateDict(saved({ data: [1, 2, 3], shape: [3] }) as never)).toThrow(
      'NAdam.loadStateDict: state 0.mu_product has shape [3]; expected one number, of shape []',
    );
  });
});

describe('decoupledWeightDecay', () => {
  it('is saved and loaded by the optimizers that have it', () => {
    const saved = new RAdam([parameter()], { decoupledWeightDecay: true }).stateDict();
    expect(saved.param_groups[0]!.decoupled_weight_decay).toBe(true);
    const read = new RAdam([parameter()]);
    read.loadStateDict(saved);
    expect(read.paramGroups[0]!.decoupledWeightDecay).toBe(true);
  });
});

describe('options out of their range', () => {
  const p = parameter();
  it.each<[() => unknown, string]>([
    [
      () => new NAdam([p], { momentumDecay: -1 }),
      'NAdam: momentumDecay is -1; expected a number of at least 0',
    ],
    [() => new NAdam([p], { betas: [1, 0.9] }), 'NAdam: betas[0] is 1; expected a number in [0, 1)'],
    [() => new RAdam([p], { eps: -1 }), 'RAdam: eps is -1; expected a number of at least 0'],
    [() => new Adamax([p], { betas: [0.9, 1.5] }), 'Adamax: betas[1] is 1.5; expected a number in [0, 1)'],
    [() => new Adadelta([p], { rho: 1.1 }), 'Adadelta: rho is 1.1; expected a number in [0, 1]'],
  ])('are refused: %#', (make, message) => {
    expect(make).toThrow(message);
  });
});
