import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { adagradStep, adamStep, globalNorm, rmspropStep, sgdStep } from './steps.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/**
 * Runs three steps from [1, −2, 0.5] and returns the parameter's values. The tests below compare 7 digits with PyTorch.
 */
function threeSteps(
  update: (
    tensors: { param: tf.Tensor; grad: tf.Tensor },
    state: readonly tf.Tensor[],
    step: number,
  ) => { readonly param: tf.Tensor; readonly [state: string]: tf.Tensor | undefined },
  initialState: readonly tf.Tensor[],
): number[] {
  return tf.tidy(() => {
    let param: tf.Tensor = tf.tensor1d([1, -2, 0.5]);
    let state = initialState;
    for (let step = 1; step <= 3; step++) {
      const grad = tf.tensor1d([0.1 * step, -0.3, 1.5 / step]);
      const { param: next, ...nextState } = update({ param, grad }, state, step);
      param = next;
      state = Object.values(nextState).filter((tensor) => tensor !== undefined);
    }
    return [...param.dataSync()];
  });
}

function expectClose(actual: number[], expected: number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 5);
  });
}

const zeros = () => tf.zeros([3]);

/*
 * Expected numbers, computed with PyTorch 1.13.1:
 *   p = torch.tensor([1., -2., .5], requires_grad=True); o = torch.optim.SGD([p], lr=.1, …)
 *   for t in 1, 2, 3: p.grad = torch.tensor([.1 * t, -.3, 1.5 / t]); o.step()
 */
describe('one optimizer step as a kernel', () => {
  it.each([
    [{}, [0.94, -1.91, 0.225]],
    [{ momentum: 0.9, dampening: 0.2, weightDecay: 0.05 }, [0.8936578, -1.799535, -0.07051143]],
    [{ momentum: 0.9, nesterov: true }, [0.85441, -1.75853, -0.3141]],
    [{ maximize: true, weightDecay: 0.1 }, [1.0299, -2.029701, 0.7564145]],
  ])('descends like torch.optim.SGD with %o', (options, expected) => {
    const attrs = {
      lr: 0.1,
      momentum: 0,
      dampening: 0,
      weightDecay: 0,
      nesterov: false,
      maximize: false,
      ...options,
    };
    expectClose(
      threeSteps((tensors, [momentumBuffer]) => sgdStep({ ...tensors, momentumBuffer }, attrs), []),
      expected,
    );
  });

  it.each([
    [{}, [0.7076817, -1.7, 0.2194662]],
    [{ weightDecay: 0.1 }, [0.7016783, -1.700213, 0.2187258]],
    [{ amsgrad: true, beta1: 0.8, beta2: 0.6 }, [0.7205853, -1.7, 0.2298475]],
    [{ maximize: true, eps: 0.5 }, [1.068767, -2.1125, 0.6989719]],
    [{ weightDecay: 0.01, decoupledWeightDecay: true }, [0.7049811, -1.694306, 0.2182608]],
    [{ weightDecay: 0.2, decoupledWeightDecay: true, amsgrad: true }, [0.6547641, -1.588344, 0.1958866]],
  ])('descends like torch.optim.Adam and AdamW with %o', (options, expected) => {
    const { amsgrad, ...attrs } = {
      amsgrad: false,
      lr: 0.1,
      beta1: 0.9,
      beta2: 0.999,
      eps: 1e-8,
      weightDecay: 0,
      decoupledWeightDecay: false,
      maximize: false,
      ...options,
    };
    const actual = threeSteps(
      (tensors, [expAvg, expAvgSq, maxExpAvgSq], step) =>
        adamStep({ ...tensors, expAvg: expAvg!, expAvgSq: expAvgSq!, maxExpAvgSq }, { ...attrs, step }),
      amsgrad ? [zeros(), zeros(), zeros()] : [zeros(), zeros()],
    );
    expectClose(actual, expected);
  });

  it.each([
    [{}, [-1.698826, 0.2891297, -1.237108]],
    [{ momentum: 0.9, alpha: 0.5 }, [0.2369237, -1.290451, -0.1059986]],
    [{ centered: true, eps: 1e-3 }, [-1.5701, 0.2495279, -1.238703]],
    [
      { centered: true, momentum: 0.8, weightDecay: 0.1, maximize: true, eps: 1e-2 },
      [2.441057, -3.583818, 3.600944],
    ],
  ])('descends like torch.optim.RMSprop with %o', (options, expected) => {
    const { centered, ...attrs } = {
      centered: false,
      lr: 0.1,
      alpha: 0.99,
      eps: 1e-8,
      weightDecay: 0,
      momentum: 0,
      maximize: false,
      ...options,
    };
    const actual = threeSteps(
      (tensors, [squareAvg, ...rest]) =>
        rmspropStep(
          {
            ...tensors,
            squareAvg: squareAvg!,
            momentumBuffer: attrs.momentum > 0 ? rest[0] : undefined,
            gradAvg: centered ? rest.at(-1) : undefined,
          },
          attrs,
        ),
      [zeros(), ...(attrs.momentum > 0 ? [zeros()] : []), ...(centered ? [zeros()] : [])],
    );
    expectClose(actual, expected);
  });

  it.each([
    [{}, 0, 0, [0.7303789, -1.771554, 0.3267072]],
    [{ weightDecay: 0.1, eps: 1e-2 }, 0.5, 0.3, [0.9110603, -1.873109, 0.3634824]],
    [{ maximize: true }, 0, 0, [1.269621, -2.228446, 0.6732928]],
  ])(
    'descends like torch.optim.Adagrad with %o, decay %d and initial sum %d',
    (options, lrDecay, initial, expected) => {
      const actual = threeSteps(
        (tensors, [sum], step) =>
          adagradStep(
            { ...tensors, sum: sum! },
            {
              eps: 1e-10,
              weightDecay: 0,
              maximize: false,
              ...options,
              lr: 0.1 / (1 + (step - 1) * lrDecay),
            },
          ),
        [tf.fill([3], initial)],
      );
      expectClose(actual, expected);
    },
  );

  it('leaves its inputs unchanged and no tensor behind, also if the buffer starts as the gradient', () => {
    const attrs = { lr: 1, momentum: 0.5, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };
    const param = tf.tensor1d([1]);
    const grad = tf.tensor1d([2]);
    const before = tf.memory();
    const { param: next, momentumBuffer: buffer } = sgdStep({ param, grad }, attrs);
    expect(tf.memory().numTensors).toBe(before.numTensors + 2);
    grad.dispose();
    expect([...buffer!.dataSync()]).toEqual([2]);
    tf.dispose([next, buffer!, param]);
    expect(tf.memory().numTensors).toBe(before.numTensors - 2);
  });

  it('refuses a gradient of another shape or dtype', () => {
    tf.tidy(() => {
      const attrs = { lr: 1, eps: 1, weightDecay: 0, maximize: false };
      const param = tf.zeros([2, 3]);
      expect(() => adagradStep({ param, grad: tf.zeros([3, 2]), sum: param }, attrs)).toThrow(
        'adagradStep: grad has shape [3, 2]; expected 2 axes, [2, 3]',
      );
      expect(() => adagradStep({ param, grad: tf.zeros([2, 3], 'int32'), sum: param }, attrs)).toThrow(
        'adagradStep: grad has dtype int32; expected float32',
      );
    });
  });
});

describe('globalNorm', () => {
  it('is the length of the concatenation of all tensors', () => {
    const vector = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(vector, { minLength: 1, maxLength: 5 }), (vectors) => {
        tf.tidy(() => {
          const norm = globalNorm(vectors.map((values) => tf.tensor1d(values)));
          expect(norm.shape).toEqual([]);
          const expected = Math.hypot(...vectors.flat());
          expect(Math.abs(norm.dataSync()[0]! - expected)).toBeLessThanOrEqual(1e-6 * expected + 1e-12);
        });
      }),
    );
  });

  it('propagates NaN and refuses an empty list', () => {
    tf.tidy(() => {
      expect(globalNorm([tf.ones([2]), tf.scalar(Number.NaN)]).dataSync()[0]).toBeNaN();
      expect(() => globalNorm([])).toThrow('globalNorm: the list of tensors is empty; expected at least one');
    });
  });
});
