import { getBackend, version_core } from '@tensorflow/tfjs-core';
import { kind, messageOf } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';
import { defaultGenerator, load, type Module, type RandomGeneratorState, save } from '@unroll/nn';
import type { Optimizer, SchedulerStateDict } from '@unroll/optim';
import type { ExponentialMovingAverage } from './averaging/exponential-moving-average.ts';
import type { Checkpoint, CheckpointContent } from './checkpoints/checkpoint.ts';
import type { Json } from './checkpoints/json.ts';
import type { EpochReader } from './epoch-reader.ts';
import { type Monitored, monitoredKinds } from './monitor.ts';
import { type RunProgress, runBegin, runProgress } from './progress-of-run.ts';
import { savedFields } from './saved-fields.ts';
import { type OptimizerNumbers, optimizerState, savedOptimizer } from './saved-optimizer.ts';
import type { AnySchedule } from './schedule.ts';

/** Something with a state of its own that checkpoints are to carry, such as a generator of a program's own. */
export interface Resumable {
  /** Plain data, as JSON has it */
  state(): Json;
  /** Goes on from there. */
  load(state: Json): void;
}

/** What a run changes as it goes: a checkpoint has all of it. */
export interface TrainingParts {
  readonly model: Module;
  readonly optimizer: Optimizer;
  readonly schedule: AnySchedule | undefined;
  readonly average: ExponentialMovingAverage | undefined;
  /** The value that says which weights are best, for who reads the checkpoint */
  readonly monitored: Monitored;
  readonly batches: Pick<EpochReader<never>, 'state' | 'load'>;
  /** What ends the run, and what the program adds, by name */
  readonly others: Readonly<Record<string, Resumable>>;
}

/** The file with the averages, under the model's keys. */
const AVERAGED = 'averaged.safetensors';

/** The part of the state that is JSON. */
interface SavedState {
  readonly monitored: Json;
  readonly progress: Json;
  readonly optimizer: OptimizerNumbers;
  readonly schedule: Json;
  readonly generator: RandomGeneratorState;
  readonly average: Json;
  readonly batches: Json;
  readonly others: Readonly<Record<string, Json>>;
}

const stateKinds = {
  monitored: kind.record,
  progress: kind.record,
  optimizer: kind.record,
  schedule: kind.anything,
  generator: kind.record,
  average: kind.anything,
  batches: kind.anything,
  others: kind.record,
};

/** All that a resume needs, as it is when this is called; the parts may go on while it resolves. */
export async function contentOf(
  parts: TrainingParts,
  progress: RunProgress,
  metrics: Readonly<Record<string, number>>,
): Promise<CheckpointContent> {
  const { model, optimizer, schedule, average, batches, others } = parts;
  const weights = save(model);
  const averaged = average && average.updates > 0 ? inPlace(average, () => save(model)) : undefined;
  const saved = savedOptimizer(optimizer);
  const state: SavedState = {
    monitored: { ...parts.monitored } as Json,
    progress: { ...progress, best: progress.best && { ...progress.best } },
    optimizer: saved.numbers,
    schedule: (schedule?.stateDict() as Json | undefined) ?? null,
    generator: defaultGenerator.getState(),
    average: average ? average.updates : null,
    batches: batches.state(),
    others: Object.fromEntries(Object.entries(others).map(([name, other]) => [name, other.state()])),
  };
  const json = structuredClone(state) as unknown as Json;
  const [weightBytes, averagedBytes, tensors] = await Promise.all([weights, averaged, saved.tensors]);
  return {
    step: progress.step,
    epoch: progress.epoch,
    metrics,
    state: json,
    versions: { '@tensorflow/tfjs-core': version_core, backend: getBackend() },
    weights: weightBytes,
    tensors,
    ...(averagedBytes && { files: new Map([[AVERAGED, averagedBytes]]) }),
  };
}

/** What a run monitored, as the state of its checkpoint says; nothing where it does not. */
export function monitoredOf(state: Json): Monitored {
  const { monitored } = kind.record.fits(state) ? (state as Partial<SavedState>) : {};
  const { value, mode } = (monitored ?? {}) as Monitored;
  return {
    ...(monitoredKinds.value.fits(value) && { value }),
    ...(monitoredKinds.mode.fits(mode) && { mode }),
  };
}

/** The weights that a checkpoint's validation was of: the averages, where there are any and they are wanted. */
export const weightsIn = (
  { weights, files }: Pick<Checkpoint, 'weights' | 'files'>,
  average = true,
): Uint8Array<ArrayBuffer> => (average ? files.get(AVERAGED) : undefined) ?? weights;

/** Calls `f` while the averages are in the parameters' place. */
function inPlace<T>(average: ExponentialMovingAverage, f: () => T): T {
  const swapBack = average.swapIn();
  try {
    return f();
  } finally {
    swapBack();
  }
}

/**
 * Makes the parts go on from a checkpoint, all of them or, where one does not fit, none.
 *
 * @throws CheckpointError where one does not fit
 */
export async function resumeFrom(parts: TrainingParts, checkpoint: Checkpoint): Promise<RunProgress> {
  const before = await contentOf(parts, runBegin(), {});
  try {
    return await takeOver(parts, checkpoint);
  } catch (error) {
    await takeOver(parts, before);
    const words = messageOf(error);
    throw new CheckpointError(`Trainer: checkpoint '${checkpoint.name}' does not fit this run: ${words}`, {
      cause: error,
    });
  }
}

async function takeOver(
  parts: TrainingParts,
  {
    state: json,
    weights,
    files,
    tensors = new Map(),
  }: Pick<CheckpointContent, 'state' | 'weights' | 'files' | 'tensors'>,
): Promise<RunProgress> {
  const { model, optimizer, schedule, average, batches, others } = parts;
  const state = savedFields<SavedState>('Trainer', json, stateKinds);
  const progress = runProgress(state.progress);
  checkSame('schedule', schedule !== undefined, state.schedule !== null);
  checkSame('moving average', average !== undefined, state.average !== null);
  const missing = Object.keys(others).find((name) => !Object.hasOwn(state.others, name));
  if (missing !== undefined) throw new CheckpointError(`it has no state of '${missing}'`);
  const averaged = files?.get(AVERAGED);
  average?.dispose();
  if (average && averaged) {
    await load(model, averaged);
    average.load(new Map(model.namedParameters()), state.average as number);
  }
  await load(model, weights);
  optimizer.loadStateDict(optimizerState(state.optimizer, tensors));
  schedule?.loadStateDict(state.schedule as SchedulerStateDict);
  for (const [name, other] of Object.entries(others)) other.load(state.others[name]!);
  defaultGenerator.setState(state.generator);
  batches.load(state.batches);
  return progress;
}

function checkSame(what: string, isHere: boolean, isSaved: boolean): void {
  if (isHere !== isSaved) {
    throw new CheckpointError(isHere ? `it is of a run without a ${what}` : `it is of a run with a ${what}`);
  }
}
