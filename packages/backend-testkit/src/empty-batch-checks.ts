import { matMul, type NamedTensorMap, sum } from '@tensorflow/tfjs-core';
import { recurrent } from '@unroll/backend/operations';
import { type Check, checksOf, type Subject } from './check.ts';
import { evaluate, gradientsOf } from './evaluate.ts';
import { expectEqual } from './expectations.ts';
import { draw, float32, type HostTensors } from './host-tensor.ts';
import { recurrentInputs } from './recurrent/recurrent-case.ts';
import { type Sample, samples } from './samples.ts';

/**
 * Checks batches without rows, as a filter may produce them: outputs without elements, zero gradients, and no crash.
 */
export function emptyBatchChecks({ backend }: Subject): Check[] {
  const batched = samples.filter(({ rowAxis }) => rowAxis);
  return checksOf('empty batch', {
    ...Object.fromEntries(
      batched.map((sample) => [
        `is accepted by ${sample.name}, with its gradients`,
        async () => {
          const { name, operation, loss, differentiable, ofNoRows = 0 } = sample;
          const inputs = withoutRows(sample);
          expectAll(await evaluate(backend, inputs, operation), ofNoRows);
          if (loss) expectAll(await evaluate(backend, inputs, gradientsOf(loss, differentiable, name)), 0);
        },
      ]),
    ),

    'is accepted by recurrent in inference, in either direction': async () => {
      for (const mode of ['rnn_tanh', 'rnn_relu', 'lstm', 'gru'] as const) {
        for (const reverse of [false, true]) {
          const inputs = recurrentInputs({ mode, steps: 3, rows: 0, features: 2, hiddenSize: 4 });
          const run = (tensors: NamedTensorMap): NamedTensorMap => {
            const { y, hN } = recurrent(tensors as never, { mode, reverse });
            return { y, hN };
          };
          const { y, hN } = await evaluate(backend, inputs, run);
          expectEqual('the shapes', `${y!.shape} ${hN!.shape}`, '3,0,4 0,4');
        }
      }
    },

    'gives products of 0 and sums of 0': async () => {
      const { product, total } = await evaluate(
        backend,
        { a: float32([2, 0], []), b: float32([0, 3], []) },
        ({ a, b }) => ({ product: matMul(a as never, b as never), total: sum(a!) }),
      );
      expectAll({ product: product!, total: total! }, 0);
    },

    'does not affect a tensor with rows if both are used together': async () => {
      const { a } = await evaluate(
        backend,
        { x: draw('x', [2, 3]), nothing: float32([0, 3], []) },
        ({ x, nothing }) => ({ a: matMul(x as never, nothing as never, false, true) }),
      );
      expectEqual('the shape', `${a!.shape}`, '2,0');
    },
  });
}

function withoutRows({ inputs, rowAxis }: Sample): HostTensors {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, tensor]) => {
      const axis = rowAxis![name];
      if (axis === undefined) return [name, tensor];
      return [name, { ...tensor, shape: tensor.shape.with(axis, 0), values: [] }];
    }),
  );
}

function expectAll(tensors: HostTensors, expected: number): void {
  for (const [name, { values }] of Object.entries(tensors)) {
    for (const value of Array.from(values)) expectEqual(`an element of ${name}`, value + 0, expected);
  }
}
