import type { Kind } from '../checks/kinds.ts';
import * as kind from '../checks/kinds.ts';
import { messageOf } from '../checks/message-of.ts';
import { checkOptions, checkValue } from '../checks/options.ts';
import { BackendUnavailableError, type UnavailableBackend } from '../errors/backend-unavailable-error.ts';
import type { Backend } from './backend.ts';
import { backendInUse, backendKind, useBackend } from './use-backend.ts';

export interface CalibrateOptions {
  /** Milliseconds for all backends together, beside their loading and first runs. Default: 300 */
  budgetMs?: number | undefined;
}

/** How a backend fared. */
export interface BackendTiming {
  readonly name: string;
  /** Of a run, the median; absent where there was none */
  readonly milliseconds?: number;
  /** Runs that were timed */
  readonly runs: number;
  /** Why it cannot be used here, or what its run failed of */
  readonly reason?: string;
}

export interface Calibration {
  /** The fastest, which the program is on now */
  readonly backend: Backend;
  /** In the order in which the backends were given */
  readonly timings: readonly BackendTiming[];
  /** Why this one: `unroll-cpu takes 1.2 ms a run; unroll-webgpu takes 3.7 ms` */
  readonly reason: string;
}

const listKind: Kind = {
  expected: 'a list of backends, as cpu() makes one, at least one',
  fits: (value) => Array.isArray(value) && value.length > 0 && value.every(backendKind.fits),
};

const optionKinds = { budgetMs: kind.above(0) };

/** Runs before the clock starts: the first compiles, and the second is the first with everything in its place. */
const WARM_UP = 2;
const MIN_RUNS = 3;
/** A backend that is slower than the best by this is not timed any further. */
const HOPELESS = 4;

/**
 * Times the program's own step on each backend that can be used here, and leaves the program on the fastest: on small models WebAssembly
 * is often faster than a GPU. The runs are real, and their effects stay: a training step trains.
 *
 * @param run one step, as the program does it; what it leaves to be computed is waited for
 * @throws {BackendUnavailableError} (rejects) where none can be used, or the run fails on each; the program is then
 * on the backend that `useBackend` had put it on
 *
 * @example
 * const { reason } = await calibrate(() => trainingStep(optimizer, loss), [webgpu(), onnxruntime(), cpu()]);
 */
export async function calibrate(
  run: () => Promise<unknown>,
  backends: readonly Backend[],
  options: CalibrateOptions = {},
): Promise<Calibration> {
  checkValue('calibrate', 'run', run, kind.required(kind.func));
  checkValue('calibrate', 'backends', backends, kind.required(listKind));
  const { budgetMs = 300 } = checkOptions('calibrate', options, optionKinds);
  const former = backendInUse();
  const timings: BackendTiming[] = [];
  let fastest: { readonly backend: Backend; readonly timing: BackendTiming } | undefined;
  for (const backend of backends) {
    const best = fastest?.timing.milliseconds ?? Number.POSITIVE_INFINITY;
    const timing = await timed(run, backend, budgetMs / backends.length, best);
    timings.push(timing);
    if ((timing.milliseconds ?? Number.POSITIVE_INFINITY) < best) fastest = { backend, timing };
  }
  if (!fastest) {
    // Where the former backend is lost, too, what the candidates lack is still what there is to say.
    if (former) await useBackend(former).catch(() => {});
    throw new BackendUnavailableError(timings as UnavailableBackend[], 'calibrate');
  }
  await useBackend(fastest.backend);
  return { backend: fastest.backend, timings, reason: reasonFor(fastest.timing, timings) };
}

async function timed(
  run: () => Promise<unknown>,
  backend: Backend,
  budgetMs: number,
  best: number,
): Promise<BackendTiming> {
  const { name } = backend;
  const failed = (error: unknown, what = ''): BackendTiming => ({
    name,
    runs: 0,
    reason: `${what}${messageOf(error)}`,
  });
  try {
    await useBackend(backend);
  } catch (error) {
    return error instanceof BackendUnavailableError
      ? { name, runs: 0, reason: error.backends[0]!.reason }
      : failed(error);
  }
  const once = async (): Promise<number> => {
    const start = performance.now();
    await run();
    await backend.flush?.();
    return performance.now() - start;
  };
  try {
    let warm = Number.POSITIVE_INFINITY;
    for (let i = 0; i < WARM_UP; i++) warm = await once();
    const times: number[] = [];
    if (warm > HOPELESS * best) times.push(warm);
    else {
      const end = performance.now() + budgetMs;
      while (times.length < MIN_RUNS || performance.now() < end) times.push(await once());
    }
    times.sort((a, b) => a - b);
    return { name, milliseconds: times[times.length >> 1]!, runs: times.length };
  } catch (error) {
    return failed(error, 'its run failed: ');
  }
}

function reasonFor(fastest: BackendTiming, timings: readonly BackendTiming[]): string {
  const others = timings
    .filter((timing) => timing !== fastest)
    .map(({ name, milliseconds, reason }) =>
      milliseconds === undefined ? `${name} is out: ${reason}` : `${name} takes ${inWords(milliseconds)}`,
    );
  return [`${fastest.name} takes ${inWords(fastest.milliseconds!)} a run`, ...others].join('; ');
}

const inWords = (milliseconds: number): string =>
  `${milliseconds < 10 ? milliseconds.toPrecision(2) : milliseconds.toFixed(0)} ms`;
