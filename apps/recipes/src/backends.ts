import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { type Backend, backends, capabilities, tfjsBackend, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import { counted } from './terminal/words.ts';

type Options = { threads?: number };

/**
 * The choices for `--backend`, the fastest first. `portable` is TensorFlow.js's own CPU backend in plain JavaScript,
 * with the portable kernels. It is slow, but runs everywhere.
 */
export const backendChoices: Readonly<Record<string, (options: Options) => Backend>> = {
  onnxruntime,
  cpu,
  portable: () => tfjsBackend('cpu'),
};

/** The choices by the names of their backends */
const choicesByName: ReadonlyMap<string, string> = new Map(
  Object.entries(backendChoices).map(([choice, make]) => [make({}).name, choice]),
);

/**
 * Uses the named backend, or the first backend that loads.
 *
 * @returns for each backend that failed to load, the reason
 */
export async function chooseBackend(choice: string | undefined, options: Options): Promise<string[]> {
  const choices = choice === undefined ? Object.keys(backendChoices) : [choice];
  await useBackend(choices.map((each) => backendChoices[each]!(options)));
  return backends().flatMap(({ name, support }) =>
    support.supported ? [] : [`${choicesByName.get(name)} cannot be used here: ${support.reason}`],
  );
}

/**
 * Changes to the fastest other backend that loads. When none loads, nothing changes, and the error gives the reason.
 */
export async function changeBackend(options: Options): Promise<void> {
  const inUse = choicesByName.get(tf.getBackend());
  const others = Object.keys(backendChoices).filter((choice) => choice !== inUse);
  await useBackend(others.map((choice) => backendChoices[choice]!(options)));
}

/** The backend in use, in words: `onnxruntime, 2 threads` */
export function backendInUse(): string {
  return `${choicesByName.get(tf.getBackend())}, ${counted(capabilities().threads, 'thread')}`;
}
