import { getBackend, type KernelBackend } from '@tensorflow/tfjs-core';
import { isDevelopment } from '../checks/development.ts';
import { type Kind, required } from '../checks/kinds.ts';
import { messageOf } from '../checks/message-of.ts';
import { checkValue } from '../checks/options.ts';
import { currentBackend, currentBackendName } from '../engine/current-backend.ts';
import { instanceOf } from '../engine/registry.ts';
import { ArgumentError } from '../errors/argument-error.ts';
import { BackendUnavailableError, type UnavailableBackend } from '../errors/backend-unavailable-error.ts';
import type { RollingBack } from '../host-state/rolling-back.ts';
import type { Backend, Capabilities, Support } from './backend.ts';
import { handOver } from './hand-over.ts';
import { type LoadedBackend, loadBackend, standingBackend } from './load-backend.ts';
import { moveVariables } from './move-variables.ts';
import { tfjsCapabilities } from './tfjs-backend.ts';

/** A backend object, such as the result of `cpu()` */
export const backendKind: Kind = {
  expected: 'a backend, as cpu() makes one, or a list of them',
  fits: (value) => typeof (value as Partial<Backend> | null)?.load === 'function',
};

interface Known {
  readonly backend: Backend;
  readonly support: Support;
  /** The TensorFlow.js backend, if it was loaded */
  readonly instance?: KernelBackend;
}

/** The backends given to `useBackend`, by name: the backend in use, otherwise the last one given under the name. */
const known = new Map<string, Known>();

/** A backend that was given to `useBackend`, and whether it is usable and active. */
export interface BackendStatus {
  readonly name: string;
  readonly active: boolean;
  readonly support: Support;
}

/** Resolves when all calls of `useBackend` so far are over. Calls run one after another. */
let turns: Promise<unknown> = Promise.resolve();

/**
 * Makes a backend the current one and moves every live `tf.Variable` to it, so that a model in training continues where
 * it was. Other live tensors, such as a kept hidden state, follow when an operation first uses them. From a list, it takes the first backend that this machine supports and that loads. A second backend of the
 * same name, for instance with other options, replaces the first.
 *
 * The program may continue on its backend meanwhile. Values that it assigns, creates and disposes of are not lost,
 * because all variables move at the same time, with the values that they have then. Calls run one after another, and
 * the last one determines the backend.
 *
 * @returns the backend taken
 * @throws {BackendUnavailableError} if no backend can be used, with the reason for each
 * @throws if a variable cannot be read
 *
 * In both cases the current backend and all values stay as they were.
 */
export function useBackend(choice: Backend | readonly Backend[]): Promise<Backend> {
  const hadBackend = hasBackend();
  const turn = turns.then(() => takeFirst(Array.isArray(choice) ? choice : [choice], hadBackend));
  turns = turn.catch(() => {});
  return turn;
}

const hasBackend = (): boolean => (getBackend() as string | undefined) !== undefined;

/** @param hadBackend whether TensorFlow.js ran on a backend when `useBackend` was called */
async function takeFirst(candidates: readonly Backend[], hadBackend: boolean): Promise<Backend> {
  if (candidates.length === 0)
    throw new ArgumentError('useBackend', 'choice', undefined, {
      sentence: 'the list of backends is empty; expected at least one',
    });
  for (const backend of candidates) checkValue('useBackend', 'choice', backend, required(backendKind));
  const unavailable: UnavailableBackend[] = [];
  for (const backend of candidates) {
    const found = await tryToLoad(backend);
    if ('loaded' in found) {
      if (!hadBackend) warnOfEarlyTensors(backend);
      await switchTo(found);
      return backend;
    }
    unavailable.push(found);
  }
  throw new BackendUnavailableError(unavailable);
}

/** Without a backend, a tensor that is made before `useBackend` has ended makes TensorFlow.js choose one by itself. */
function warnOfEarlyTensors({ name }: Backend): void {
  const early = getBackend() as string | undefined;
  if (early === undefined || early === name || !isDevelopment()) return;
  console.warn(
    `useBackend: tensors were made before ${name} was loaded, and TensorFlow.js ran them on '${early}'. Write await useBackend(…) before the first of them.`,
  );
}

interface Usable {
  readonly backend: Backend;
  readonly support: Support;
  readonly loaded: LoadedBackend;
}

/** The loaded backend, or the reason why it cannot be used. */
async function tryToLoad(backend: Backend): Promise<Usable | UnavailableBackend> {
  const { name } = backend;
  const unavailable = (reason: string, thrown?: { readonly cause: unknown }): UnavailableBackend => {
    remember({ backend, support: { supported: false, reason } });
    return { name, reason, ...thrown };
  };
  let support: Support;
  try {
    support = await backend.support();
  } catch (cause) {
    return unavailable(`it could not say whether it runs here: ${messageOf(cause)}`, { cause });
  }
  if (!support.supported) return unavailable(support.reason);
  try {
    const isStanding = known.get(name)?.backend === backend && !backend.lost?.();
    const standing = isStanding ? standingInstance(name) : undefined;
    const loaded = standing ? standingBackend(name, standing) : await loadBackend(backend);
    return { backend, support, loaded };
  } catch (cause) {
    return unavailable(`it failed to load: ${messageOf(cause)}`, { cause });
  }
}

async function switchTo({ backend, support, loaded }: Usable): Promise<void> {
  const { instance } = loaded;
  const activated: Promise<void>[] = [];
  try {
    // Steps may still be rolled back, which the values of the variables alone do not show.
    await (currentBackend() as Partial<RollingBack>).settled?.();
    await moveVariables({
      target: instance,
      handOver,
      activate: () => activated.push(loaded.activate()),
      idle: () => known.get(getBackend())?.backend.idle() ?? Promise.resolve(),
    });
  } catch (error) {
    loaded.discard();
    throw new Error(`useBackend: the backend and all values stay as they were: ${messageOf(error)}`, {
      cause: error,
    });
  }
  known.set(backend.name, { backend, support, instance });
  loaded.releaseFormer();
  await Promise.all(activated);
}

/** Records a backend that cannot be used, unless a usable one of the same name exists. */
function remember(status: Known): void {
  const { name } = status.backend;
  if (!standingInstance(name)) known.set(name, status);
}

/** The backend that `useBackend` chose last, if TensorFlow.js still runs on it. */
export function backendInUse(): Backend | undefined {
  const name = getBackend();
  return standingInstance(name) && known.get(name)!.backend;
}

/** The backend that TensorFlow.js has under a name, if `useBackend` loaded it. */
function standingInstance(name: string): KernelBackend | undefined {
  const instance = known.get(name)?.instance;
  return instance === instanceOf(name) ? instance : undefined;
}

/** The backends given to `useBackend`, with the reason for each that cannot run here. */
export function backends(): readonly BackendStatus[] {
  const active = getBackend();
  return [...known.values()].map(({ backend: { name }, support }) => ({
    name,
    active: name === active && standingInstance(name) !== undefined,
    support,
  }));
}

/**
 * The capabilities of the current backend. For a backend that was set by `tf.setBackend` alone, they are inferred from
 * the information that tfjs has about it.
 */
export function capabilities(): Capabilities {
  const name = currentBackendName();
  return standingInstance(name) ? known.get(name)!.backend.capabilities() : tfjsCapabilities(name);
}

/**
 * Resolves when the current backend has no run under way, like the backend's own `idle()`. Call it before ending a
 * worker, for instance. It resolves at once if the backend was set by `tf.setBackend` alone.
 */
export async function idle(): Promise<void> {
  const name = currentBackendName();
  if (standingInstance(name)) await known.get(name)!.backend.idle();
}
