import {
  memory,
  square,
  sub,
  sum,
  type Tensor,
  tensor1d,
  tidy,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { compile, useBackend } from '@unroll/backend';
import * as optim from '@unroll/optim';
import { describe, expect, it } from 'vitest';
import { backends } from './test-backends.ts';

type Make = (
  p: Variable,
) => Pick<optim.Optimizer, 'paramGroups' | 'parameters' | 'step' | 'stateDict' | 'dispose'>;

/**
 * Each with the number of loss computations in ten captured steps: one plain, one to capture, and again for each change
 * of the update rule.
 */
const optimizers: readonly (readonly [string, Make, number])[] = [
  ['SGD', (p) => new optim.SGD([p], { lr: 0.1, momentum: 0.9 }), 2],
  ['AdamW', (p) => new optim.AdamW([p], { lr: 0.1 }), 2],
  ['Adadelta', (p) => new optim.Adadelta([p], { weightDecay: 0.1 }), 2],
  ['Adamax', (p) => new optim.Adamax([p], { lr: 0.1 }), 2],
  ['NAdam', (p) => new optim.NAdam([p], { lr: 0.1, momentumDecay: 0.1 }), 2],
  ['RAdam, rectified from its sixth step on', (p) => new optim.RAdam([p], { lr: 0.1 }), 4],
];

/** Runs ten steps with a schedule and a moving average. Returns the parameter and the average after each. */
async function train(make: Make, isCompiled: boolean) {
  let losses = 0;
  const p = tidy(() => variable(tensor1d([1, -2, 0.5])));
  const optimizer = make(p);
  const average = new optim.ExponentialMovingAverage([p], { decay: 0.5 });
  const schedule = new optim.CyclicLR(optimizer, {
    baseLr: 0.1,
    maxLr: 0.3,
    stepSizeUp: 3,
    cycleMomentum: false,
  });
  const step = (x: Tensor) => {
    const loss = () => {
      losses++;
      return sum(square(sub(p, x)));
    };
    const value = optim.update(optimizer, loss);
    average.update();
    return value;
  };
  const compiled = compile(step);
  const history: number[][] = [];
  for (let t = 0; t < 10; t++) {
    const x = tensor1d([0.3, 0.1 * t, -1]);
    const loss = isCompiled ? compiled(x) : step(x);
    for (const values of [p, average.averages().get('0')!]) history.push([...(await values.data())]);
    for (const tensor of [x, loss]) tensor.dispose();
    schedule.step();
  }
  const counts = [optimizer.stateDict().state[0]!.step, average.updates];
  average.dispose();
  compiled.dispose();
  optimizer.dispose();
  p.dispose();
  return { history, losses, counts };
}

describe.each(backends)('on $title', ({ title, make }) => {
  it.each(optimizers)(
    'captured steps of %s equal steps that are not captured, to the bit',
    async (_, optimizer, losses) => {
      await useBackend(make());
      const tensors = memory().numTensors;
      const plain = await train(optimizer, false);
      const captured = await train(optimizer, true);
      expect(captured.history).toEqual(plain.history);
      expect(captured.counts).toEqual([10, 10]);
      expect(captured.losses).toBe(title.startsWith('backend-onnxruntime') ? losses : 10);
      expect(memory().numTensors - tensors, 'tensors left behind').toBe(0);
    },
  );
});
