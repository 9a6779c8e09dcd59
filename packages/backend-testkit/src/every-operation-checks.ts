import { dispose, memory, type NamedTensorMap, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { currentBackend } from '@unroll/backend/engine';
import { type Check, checksOf, type Subject } from './check.ts';
import { gradientsOf, type Operation, uploadAll } from './evaluate.ts';
import { expectEqual, expectThrows } from './expectations.ts';
import { type Sample, samples } from './samples.ts';

/** What holds of all the contract's operations: they keep no memory, and none lies about second derivatives. */
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
    await call(run, uploaded); // Memory that a first call takes for good is not a leak.
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
    [`holds nothing after ${name} but its outputs`]: () => keepsNothing(operation),
    ...(loss && {
      [`holds nothing after the gradients of ${name} but them`]: () =>
        keepsNothing(gradientsOf(loss, differentiable, name)),
    }),
  });
}

/** Tensors that tfjs knows of, and pieces of data that the backend does, which outlive a tensor that was never made one. */
function counts(): { tensors: number; data: number } {
  return { tensors: memory().numTensors, data: currentBackend().numDataIds() };
}

async function call(run: Operation, inputs: NamedTensorMap): Promise<void> {
  await read(tidy(() => run(inputs)));
}

/** Reads, as a backend may put off its work until then, and disposes. */
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
