import type { Kind } from '../checks/kinds.ts';
import * as kind from '../checks/kinds.ts';
import { messageOf } from '../checks/message-of.ts';
import { checkOptions, checkValue } from '../checks/options.ts';
import { BackendUnavailableError, type UnavailableBackend } from '../errors/backend-unavailable-error.ts';
import type { Backend } from './backend.ts';
import { backendInUse, backendKind, useBackend } from './use-backend.ts';

export interface CalibrateOptions {
  /** Milliseconds for timing on all backends together, without loading and warm-up runs. Default: 300 */
  budgetMs?: number | undefined;
}

/** The result for one backend. */
export interface BackendTiming {
  readonly name: string;
  /** Median time of a run; absent if no run was timed */
  readonly milliseconds?: number;
  /** Number of timed runs */
  readonly runs: number;
  /** The reason why the backend cannot be used here, or the error of its run */
  readonly reason?: string;
}

export interface Calibration {
  /** The fastest backend; the program now uses it */
  readonly backend: Backend;
  /** In the order of the given backends */
  readonly timings: readonly BackendTiming[];
  /** The reason for the choice: `unroll-cpu takes 1.2 ms a run; unroll-webgpu takes 3.7 ms` */
  readonly reason: string;
}

const listKind: Kind = {
  expected: 'a list of backends, as cpu() makes one, at least one',
  fits: (value) => Array.isArray(value) && value.length > 0 && value.every(backendKind.fits),
};

const optionKinds = { budgetMs: kind.above(0) };

/** Runs before timing starts: the first compiles, the second is the first that finds everything prepared. */
const WARM_UP = 2;
const MIN_RUNS = 3;
/** A backend that is slower than the best by this factor is timed only once. */
const HOPELESS = 4;

/**
 * Times the program's own step on each backend that can be used here, and switches the program to the fastest. On small
 * models WebAssembly is often faster than a GPU. The runs are real and their effects stay: a training step trains.
 *
 * @param run one step of the program; the time includes the computations that the step leaves pending
 * @throws {BackendUnavailableError} (rejects) if no backend can be used, or the run fails on every one; the program is
 * then on the backend that `useBackend` had chosen before
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
    // If the former backend is lost too, the error below, which lists the candidates' problems, is still the right one.
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
