import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { tfjsBackend, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { largestDistance } from '@unroll/backend-testkit/torch';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  Adagrad,
  Adam,
  AdamW,
  type Given,
  movingAverage,
  Optimizer,
  type OptimizerOptions,
  type ParamsInit,
  RMSprop,
  SGD,
  type UpdateMoment,
  type UpdateTensors,
  withWeightDecay,
} from './index.ts';

const parameter = () => tf.tidy(() => tf.variable(tf.tensor1d([1, -2, 0.5])));

/** The rule of a user, as in the README: `m ← 0.9·m + 0.1·g`, `p ← p − lr/√t · sign(m)`. */
class SignDescent extends Optimizer<OptimizerOptions, 'expAvg'> {
  constructor(params: ParamsInit<OptimizerOptions>, options: Given<OptimizerOptions> = {}) {
    super(params, { lr: 0.1, weightDecay: 0, maximize: false }, options);
  }

  protected override initialState() {
    return { expAvg: 0 };
  }

  protected override rule(tensors: UpdateTensors<'expAvg'>, now: UpdateMoment<OptimizerOptions>) {
    const { param, grad } = withWeightDecay(tensors, now);
    const expAvg = movingAverage(tensors.expAvg!, grad, now, () => 0.9);
    const lr = now.scalar(({ options, step }) => options.lr / Math.sqrt(step));
    return { param: tf.sub(param, tf.mul(lr, tf.sign(expAvg))), expAvg };
  }
}

type AnyOptimizer = Pick<SGD, 'step' | 'dispose'> & { rule: unknown };

/** An optimizer with its `rule` as its own method, so that the kernel of its class does not replace it. */
function plain<T>(optimizer: T): T {
  return Object.assign(optimizer as object, { rule: (optimizer as AnyOptimizer).rule }) as T;
}

async function descended(make: (p: tf.Variable) => object): Promise<readonly number[]> {
  const p = parameter();
  const optimizer = make(p) as AnyOptimizer;
  for (let t = 1; t <= 4; t++) {
    tf.tidy(() => optimizer.step({ [p.name]: tf.tensor1d([0.1 * t, -0.3, 1.5 / t]) }));
  }
  const values = [...(await p.data())];
  optimizer.dispose();
  p.dispose();
  return values;
}

const rules: readonly [string, (p: tf.Variable) => object][] = [
  ['SGD', (p) => new SGD([p], { lr: 0.1, maximize: true })],
  ['SGD, dampened', (p) => new SGD([p], { lr: 0.1, momentum: 0.9, dampening: 0.2, weightDecay: 0.1 })],
  ['SGD, Nesterov', (p) => new SGD([p], { lr: 0.1, momentum: 0.9, nesterov: true })],
  ['Adam', (p) => new Adam([p], { lr: 0.1, weightDecay: 0.1, maximize: true })],
  ['Adam, AMSGrad', (p) => new Adam([p], { lr: 0.1, amsgrad: true, betas: [0.5, 0.6] })],
  ['AdamW', (p) => new AdamW([p], { lr: 0.1, weightDecay: 0.1 })],
  ['RMSprop', (p) => new RMSprop([p], { lr: 0.1, weightDecay: 0.1 })],
  ['RMSprop, centered, with momentum', (p) => new RMSprop([p], { momentum: 0.9, centered: true })],
  [
    'Adagrad',
    (p) => new Adagrad([p], { lr: 0.1, lrDecay: 0.1, weightDecay: 0.1, initialAccumulatorValue: 1 }),
  ],
];

describe.each([
  ['portable', () => useBackend(tfjsBackend('cpu'))],
  ['backend-cpu', () => useBackend(cpu({ threads: 1 }))],
])('on %s', (_, use) => {
  beforeAll(async () => {
    await use();
  });

  it.each(rules)(
    'the rule of %s gives what its kernel gives, and leaves no tensor behind',
    async (_name, make) => {
      const tensors = tf.memory().numTensors;
      const byKernel = await descended(make);
      const byRule = await descended((p) => plain(make(p)));
      expect(largestDistance(byRule, byKernel)).toBeLessThan(1e-6);
      expect(tf.memory().numTensors).toBe(tensors);
    },
  );

  it('a rule of your own is one method', async () => {
    const rate = (t: number) => 0.1 / Math.sqrt(t);
    const moved = rate(1) + rate(2) + rate(3) + rate(4);
    expect(
      largestDistance(await descended((p) => new SignDescent([p])), [1 - moved, -2 + moved, 0.5 - moved]),
    ).toBeLessThan(1e-6);
    const ascending = await descended((p) => new SignDescent([p], { maximize: true }));
    expect(largestDistance(ascending, [1 + moved, -2 - moved, 0.5 + moved])).toBeLessThan(1e-6);
    // With so much decay, the sign is the parameter's.
    const decayed = await descended((p) => new SignDescent([p], { lr: 0.01, weightDecay: 1e3 }));
    expect(largestDistance(decayed, [1 - moved / 10, -2 + moved / 10, 0.5 - moved / 10])).toBeLessThan(1e-6);
  });

  it('a rule that a subclass overrides is used instead of the kernel that it inherits', async () => {
    class Halved extends SGD {
      protected override rule(...[tensors, now]: Parameters<SGD['rule']>) {
        return super.rule({ ...tensors, grad: tf.mul(tensors.grad, 0.5) }, now);
      }
    }
    const halved = await descended((p) => new Halved([p], { lr: 0.2 }));
    expect(largestDistance(halved, await descended((p) => new SGD([p], { lr: 0.1 })))).toBeLessThan(1e-6);
  });
});
