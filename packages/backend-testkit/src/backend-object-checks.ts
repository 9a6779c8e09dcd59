import {
  dispose,
  getBackend,
  type NamedTensorMap,
  scalar,
  sum,
  tensor,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { type Backend, backends, capabilities, useBackend } from '@unroll/backend';
import { fusedKernels, portableKernels } from '@unroll/backend/contract';
import { type RecurrentInputs, recurrent, sgdStep } from '@unroll/backend/operations';
import { type Check, checksOf, type Subject } from './check.ts';
import { upload, uploadAll } from './evaluate.ts';
import { expectClose, expectEqual } from './expectations.ts';
import { draw, type HostTensors } from './host-tensor.ts';
import { fullCase, recurrentInputs } from './recurrent/recurrent-case.ts';

/** Checks the `Backend` object, and that live variables move with a change of backend. */
export function backendObjectChecks({ backend, reference, gradientTolerance }: Subject): Check[] {
  return checksOf('useBackend', {
    'finds the backend supported, and makes it the one that TensorFlow.js runs on': async () => {
      expectEqual('supported', (await backend.support()).supported, true);
      expectEqual('the backend taken', (await useBackend(backend)).name, backend.name);
      expectEqual('the current backend', getBackend(), backend.name);
      expectEqual('active', backends().find(({ name }) => name === backend.name)!.active, true);
    },

    'reports the backend’s capabilities correctly': async () => {
      await useBackend(backend);
      const { threads, synchronousReads, fusedKernels: fused } = capabilities();
      expectEqual('threads is a count', Number.isInteger(threads) && threads >= 1, true);
      expectEqual('fusedKernels', [...fused].sort().join(), fusedKernels(backend.name).sort().join());
      const unknown = fused.filter((name) => !portableKernels.has(name));
      expectEqual('fused kernels that are not in the contract', unknown.join(), '');
      const one = scalar(1);
      if (synchronousReads) expectEqual('what dataSync gives', one.dataSync()[0]!, 1);
      one.dispose();
    },

    'moves variables from another backend and back': async () => {
      await useBackend(reference);
      const weights = upload(draw('weights', [3, 5]));
      const kept = variable(weights);
      const counter = variable(scalar(7, 'int32'));
      const read = async (): Promise<HostTensors> => ({
        kept: { shape: kept.shape, dtype: 'float32', values: await kept.data() },
        counter: { shape: [], dtype: 'int32', values: await counter.data() },
      });
      const before = await read();
      await useBackend(backend);
      expectClose(await read(), before, 0);
      expectEqual('the sum there', (await asyncSum(kept)).toPrecision(4), total(before).toPrecision(4));
      kept.assign(
        tidy(() =>
          tensor(
            Array.from(before.kept!.values, (value) => 2 * value),
            [3, 5],
          ),
        ),
      );
      await useBackend(reference);
      const doubled = Float32Array.from(before.kept!.values, (value) => 2 * value);
      expectClose(await read(), { ...before, kept: { ...before.kept!, values: doubled } }, 0);
      dispose([weights, kept, counter]);
    },

    'continues a training that another backend has started': async () => {
      const expected = await train([reference, reference, reference, reference]);
      expectClose(await train([reference, backend, backend, reference]), expected, gradientTolerance);
    },
  });
}

async function asyncSum(values: Variable): Promise<number> {
  const result = sum(values);
  const [value] = await result.data();
  result.dispose();
  return value!;
}

const total = ({ kept }: HostTensors): number =>
  Array.from(kept!.values).reduce((sumSoFar, value) => sumSoFar + value, 0);

/** Trains the weights of a GRU for one step on each backend in turn. */
async function train(steps: readonly Backend[]): Promise<HostTensors> {
  const { weightIh, weightHh, ...others } = recurrentInputs(
    fullCase({ mode: 'gru', steps: 3, rows: 2, features: 2, hiddenSize: 4 }),
  );
  await useBackend(steps[0]!);
  const initial = [upload(weightIh!), upload(weightHh!)] as const;
  const weights = { weightIh: variable(initial[0]), weightHh: variable(initial[1]) };
  dispose([...initial]);
  for (const backend of steps) {
    await useBackend(backend);
    tidy(() => {
      const inputs: NamedTensorMap = { ...uploadAll(others), ...weights };
      const { grads } = variableGrads(() =>
        sum(recurrent(inputs as NamedTensorMap & RecurrentInputs, { mode: 'gru' }).y),
      );
      for (const param of Object.values(weights)) {
        const { param: next } = sgdStep({ param, grad: grads[param.name]! }, plainSgd);
        param.assign(next as typeof param);
      }
    });
  }
  const read = async (name: keyof typeof weights) => {
    const { shape } = weights[name];
    return [name, { shape, dtype: 'float32' as const, values: await weights[name].data() }] as const;
  };
  const trained = Object.fromEntries([await read('weightIh'), await read('weightHh')]);
  dispose(weights);
  return trained;
}

const plainSgd = { lr: 0.05, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };
