import {
  add,
  dispose,
  memory,
  registerBackend,
  scalar,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { type Backend, backends, useBackend } from '@unroll/backend';
import { type Check, checksOf, type Subject } from './check.ts';
import { expectEqual } from './expectations.ts';

/** Checks the guarantees of `useBackend` for a change of backend in the middle of a program, for any two backends. */
export function backendSwapChecks({ backend, reference }: Subject): Check[] {
  return checksOf('useBackend', {
    'keeps the numbers of tensors and bytes over many swaps': async () => {
      await useBackend(reference);
      const initial = tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
      const weights = variable(initial);
      const sharing = variable(weights);
      initial.dispose();
      const before = held();
      for (let round = 0; round < 5; round++) {
        for (const next of [backend, reference, another(backend), reference]) {
          await useBackend(next);
          expectEqual(`what is held on ${next.name}, round ${round}`, held(), before);
        }
      }
      expectEqual('the values', await valuesOf(sharing), '1,2,3,4,5,6');
      dispose([weights, sharing]);
    },

    'moves variables of every type, without elements, and with shared data': async () => {
      await useBackend(reference);
      const variables = [
        variable(tensor([1.5, Number.NaN, Number.NEGATIVE_INFINITY], [3], 'float32')),
        variable(tensor([1, -2, 2 ** 31 - 1], [1, 3], 'int32'), false),
        variable(tensor([true, false], [2], 'bool'), false),
        variable(tensor(['größe', ''], [2], 'string'), false),
        variable(tensor([], [0, 3], 'float32')),
        variable(tensor([], [2, 0], 'int32'), false),
        variable(scalar(7)),
      ];
      variables.push(variable(variables[0]!));
      const read = async () => (await Promise.all(variables.map(valuesOf))).join(' | ');
      const before = await read();
      for (const next of [backend, reference, backend, another(backend), reference]) {
        await useBackend(next);
        expectEqual(`values on ${next.name}`, await read(), before);
      }
      dispose(variables);
    },

    'loses nothing that the program assigns, creates and disposes of while it waits': async () => {
      await useBackend(reference);
      for (const next of [backend, reference, backend, another(backend), reference]) {
        const counter = variable(scalar(0));
        const gone = variable(scalar(1));
        const swap = useBackend(next);
        let created: Variable | undefined;
        for (let i = 1; i <= 20; i++) {
          await Promise.resolve();
          tidy(() => counter.assign(add(counter, 1)));
          if (i === 3) gone.dispose();
          if (i === 4) created = tidy(() => variable(scalar(5)));
        }
        await swap;
        expectEqual(`what was added up on the way to ${next.name}`, await valuesOf(counter), '20');
        expectEqual('disposed of', gone.isDisposed, true);
        tidy(() => created!.assign(add(created!, 1)));
        expectEqual('what was created', await valuesOf(created!), '6');
        dispose([counter, created!]);
      }
    },

    'runs overlapping calls one after another, and the last one decides': async () => {
      await useBackend(reference);
      const weights = variable(tensor1d([1, 2]));
      for (const last of [backend, reference, another(backend)]) {
        const names = await Promise.all(
          [another(backend), reference, backend, last].map(async (next) => (await useBackend(next)).name),
        );
        expectEqual(
          'the backends taken',
          names.join(),
          [backend, reference, backend, last].map(({ name }) => name).join(),
        );
        const active = backends().filter((status) => status.active);
        expectEqual('the active one', active.map(({ name }) => name).join(), last.name);
        tidy(() => weights.assign(add(weights, 1)));
      }
      expectEqual('the values', await valuesOf(weights), '4,5');
      weights.dispose();
    },

    'stays in use with all its tensors if another backend of its name does not load': async () => {
      await useBackend(backend);
      const weights = variable(tensor1d([1, 2]));
      const kept = tidy(() => add(weights, 10));
      const before = held();
      for (const load of [atOnce, late, inItsFactory, asynchronously]) {
        const broken: Backend = { ...backend, load: () => load(backend.name) };
        let message = 'nothing';
        await useBackend(broken).catch((error: Error) => {
          message = error.message;
        });
        expectEqual('said', message.includes('the disk is on fire'), true);
        expectEqual('active', backends().find(({ name }) => name === backend.name)!.active, true);
        expectEqual('what is held', held(), before);
        const sum = add(weights, kept);
        expectEqual('a sum', await valuesOf(sum), '12,14');
        sum.dispose();
      }
      tidy(() => weights.assign(add(weights, 1)));
      expectEqual('after an update', await valuesOf(weights), '2,3');
      await useBackend(reference);
      await useBackend(backend);
      expectEqual('after going there and back', await valuesOf(weights), '2,3');
      dispose([weights, kept]);
    },

    'resolves idle() when no run is under way, whether or not anything ran': async () => {
      await useBackend(backend);
      await backend.idle();
      const x = tensor1d([1, 2]);
      const sum = add(x, 1);
      const values = sum.data();
      await backend.idle();
      expectEqual('what was computed meanwhile', [...(await values)].join(), '2,3');
      await useBackend(reference);
      await backend.idle();
      dispose([x, sum]);
    },
  });
}

const held = (): string => {
  const { numTensors, numDataBuffers, numBytes } = memory();
  return `${numTensors} tensors, ${numDataBuffers} buffers, ${numBytes} bytes`;
};

/** A second object of the same backend, which is loaded again. */
const another = (backend: Backend): Backend => ({ ...backend });

const valuesOf = async (held: { data(): Promise<ArrayLike<unknown>> }): Promise<string> =>
  Array.from(await held.data()).join();

// Ways in which loading fails.

const failure = () => new Error('the disk is on fire');

async function atOnce(): Promise<void> {
  throw failure();
}

async function late(name: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  registerBackend(name, () => {
    throw new Error('nobody asked for this one');
  });
  throw failure();
}

async function inItsFactory(name: string): Promise<void> {
  registerBackend(name, () => {
    throw failure();
  });
}

async function asynchronously(name: string): Promise<void> {
  registerBackend(name, () => Promise.reject(failure()));
}
