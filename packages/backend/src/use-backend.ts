import { engine, getBackend, removeBackend, setBackend, tensor } from '@tensorflow/tfjs-core';
import type { Backend, Capabilities, Support } from './backend.ts';
import { registerPortableKernels } from './run-kernel.ts';
import { tfjsCapabilities } from './tfjs-backend.ts';

interface Known {
  readonly backend: Backend;
  readonly support: Support;
  loaded: boolean;
}

/** Backends that `useBackend` has met, by name; the last one given under a name stands. */
const known = new Map<string, Known>();

/** A backend that was given to `useBackend`, and how it fared. */
export interface BackendStatus {
  readonly name: string;
  readonly active: boolean;
  readonly support: Support;
}

/**
 * Makes a backend the current one, and moves every live `tf.Variable` to it by asynchronous reads before it returns, so
 * that a model in training goes on where it was. Of a list, the first that this machine supports and that loads is taken.
 *
 * @returns the backend taken
 * @throws where none is supported, with each one's reason; the current backend then stays as it was
 */
export async function useBackend(choice: Backend | readonly Backend[]): Promise<Backend> {
  const candidates: readonly Backend[] = 'name' in choice ? [choice] : choice;
  if (candidates.length === 0)
    throw new Error('useBackend: the list of backends is empty; expected at least one');
  const reasons: string[] = [];
  for (const backend of candidates) {
    const reason = await tryBackend(backend);
    if (reason === undefined) return backend;
    reasons.push(`${backend.name}: ${reason}`);
  }
  throw new Error(
    `useBackend: no backend can be used here.\n${reasons.map((line) => `  ${line}`).join('\n')}`,
  );
}

/** Undefined, or why the backend cannot be used. */
async function tryBackend(backend: Backend): Promise<string | undefined> {
  const { name } = backend;
  const support = await backend.support();
  if (!support.supported) {
    if (!known.get(name)?.loaded) known.set(name, { backend, support, loaded: false });
    return support.reason;
  }
  const before = known.get(name);
  if (before?.loaded && before.backend === backend && getBackend() === name) return undefined;

  const values = await readVariables();
  try {
    // Another object under a loaded name, other options for instance, takes the place of the first.
    if (before?.loaded && before.backend !== backend) removeBackend(name);
    if (!before?.loaded || before.backend !== backend) await backend.load();
    if (!(await setBackend(name))) throw new Error('TensorFlow.js could not initialise it');
  } catch (error) {
    const reason = `it failed to load: ${error instanceof Error ? error.message : String(error)}`;
    known.set(name, { backend, support: { supported: false, reason }, loaded: false });
    return reason;
  }
  registerPortableKernels(name);
  known.set(name, { backend, support, loaded: true });
  writeVariables(values);
  return undefined;
}

type Values = Awaited<ReturnType<typeof readVariables>>;

async function readVariables() {
  const variables = Object.values(engine().registeredVariables).filter((variable) => !variable.isDisposed);
  return Promise.all(variables.map(async (variable) => ({ variable, values: await variable.data() })));
}

function writeVariables(all: Values): void {
  for (const { variable, values } of all) {
    if (!variable.isDisposed) variable.assign(tensor(values, variable.shape, variable.dtype));
  }
}

/** The backends that `useBackend` was given, with why those that cannot run here cannot. */
export function backends(): readonly BackendStatus[] {
  const active = getBackend();
  return [...known.values()].map(({ backend, support, loaded }) => ({
    name: backend.name,
    active: loaded && backend.name === active,
    support,
  }));
}

/**
 * What the current backend can do. A TensorFlow.js backend that was set by `tf.setBackend` alone is described by what
 * tfjs knows of it.
 */
export function capabilities(): Capabilities {
  // getBackend is null until tfjs has had to choose one.
  const name = getBackend() ?? (engine().backend && getBackend());
  const status = known.get(name);
  return status?.loaded ? status.backend.capabilities() : tfjsCapabilities(name);
}
