import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { type Backend, backends, capabilities, tfjsBackend, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import { counted } from './terminal/words.ts';

type Options = { threads?: number };

/**
 * What `--backend` may name, the fastest first. `portable` is TensorFlow.js's own CPU backend, in plain JavaScript, with the
 * portable kernels: slow, and there wherever JavaScript is.
 */
export const backendChoices: Readonly<Record<string, (options: Options) => Backend>> = {
  onnxruntime,
  cpu,
  portable: () => tfjsBackend('cpu'),
};

/** The choices by what their backends call themselves */
const choicesByName: ReadonlyMap<string, string> = new Map(
  Object.entries(backendChoices).map(([choice, make]) => [make({}).name, choice]),
);

/**
 * Takes the backend that is named, or else the first that loads.
 *
 * @returns for each backend that was tried in vain why it cannot be used
 */
export async function chooseBackend(choice: string | undefined, options: Options): Promise<string[]> {
  const choices = choice === undefined ? Object.keys(backendChoices) : [choice];
  await useBackend(choices.map((each) => backendChoices[each]!(options)));
  return backends().flatMap(({ name, support }) =>
    support.supported ? [] : [`${choicesByName.get(name)} cannot be used here: ${support.reason}`],
  );
}

/** Changes to the fastest of the backends that are not in use; where none of them loads, all stays as it is, and the error says why. */
export async function changeBackend(options: Options): Promise<void> {
  const inUse = choicesByName.get(tf.getBackend());
  const others = Object.keys(backendChoices).filter((choice) => choice !== inUse);
  await useBackend(others.map((choice) => backendChoices[choice]!(options)));
}

/** The backend in use, in words: `onnxruntime, 2 threads` */
export function backendInUse(): string {
  return `${choicesByName.get(tf.getBackend())}, ${counted(capabilities().threads, 'thread')}`;
}
