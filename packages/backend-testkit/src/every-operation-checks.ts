import { dispose, memory, type NamedTensorMap, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { currentBackend } from '@unroll/backend/engine';
import { type Check, checksOf, type Subject } from './check.ts';
import { gradientsOf, type Operation, uploadAll } from './evaluate.ts';
import { expectEqual, expectThrows } from './expectations.ts';
import { type Sample, samples } from './samples.ts';

/** Checks of all operations of the contract: they keep no memory, and they refuse second derivatives that they lack. */
export function everyOperationChecks(subject: Subject): Check[] {
  return [...samples.flatMap((sample) => memoryChecks(subject, sample)), ...derivativeChecks(subject)];
}

function memoryChecks(
  { backend }: Subject,
  { name, inputs, operation, loss, differentiable }: Sample,
): Check[] {
  const keepsNothing = async (run: Operation) => {
    await useBackend(backend);
    const uploaded = uploadAll(inputs);
    await call(run, uploaded); // Memory that the first call allocates permanently is not a leak.
    const before = counts();
    const outputs = run(uploaded);
    const made = Object.keys(outputs).length;
    expectEqual('tensors made', counts().tensors - before.tensors, made);
    await read(outputs);
    const after = counts();
    expectEqual('tensors left behind', after.tensors - before.tensors, 0);
    expectEqual('data left behind', after.data - before.data, 0);
    dispose(uploaded);
  };
  return checksOf('memory', {
    [`keeps only the outputs of ${name}`]: () => keepsNothing(operation),
    ...(loss && {
      [`keeps only the gradients of ${name}`]: () => keepsNothing(gradientsOf(loss, differentiable, name)),
    }),
  });
}

/** The number of tensors in tfjs, and of pieces of data in the backend; the latter also shows data without a tensor. */
function counts(): { tensors: number; data: number } {
  return { tensors: memory().numTensors, data: currentBackend().numDataIds() };
}

async function call(run: Operation, inputs: NamedTensorMap): Promise<void> {
  await read(tidy(() => run(inputs)));
}

/** Reads the outputs, because a backend may defer its work until then, and disposes of them. */
async function read(outputs: NamedTensorMap): Promise<void> {
  await Promise.all(Object.values(outputs).map((output) => output.data()));
  dispose(outputs);
}

function derivativeChecks({ backend }: Subject): Check[] {
  const firstOrder = samples.filter(({ firstOrderOnly }) => firstOrderOnly);
  return checksOf(
    'second derivatives',
    Object.fromEntries(
      firstOrder.map(({ name, inputs, loss, differentiable, firstOrderOnly }) => [
        `are refused for ${name} by an error that names it`,
        async () => {
          await useBackend(backend);
          const [input] = differentiable as [string];
          const first = gradientsOf(loss!, [input], name);
          const total: Operation = (tensors) => ({ total: sum(first(tensors)[input] as Tensor) });
          tidy(() => {
            const uploaded = uploadAll(inputs);
            expectThrows(
              () => gradientsOf(total, [input], name)(uploaded),
              [firstOrderOnly!, 'second derivatives'],
            );
          });
        },
      ]),
    ),
  );
}
