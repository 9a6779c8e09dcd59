import { getBackend, version_core } from '@tensorflow/tfjs-core';
import { kind, messageOf } from '@unroll/backend/checks';
import { ArgumentError, CheckpointError } from '@unroll/backend/errors';
import { defaultGenerator, load, type Module, type RandomGeneratorState, save } from '@unroll/nn';
import type {
  AverageStateDict,
  ExponentialMovingAverage,
  Optimizer,
  SchedulerStateDict,
} from '@unroll/optim';
import { savedAverage } from './averaging/saved-average.ts';
import type { Checkpoint, CheckpointContent } from './checkpoints/checkpoint.ts';
import type { Json } from './checkpoints/json.ts';
import type { EpochReader } from './epoch-reader.ts';
import { type Monitored, monitoredKinds } from './monitor.ts';
import { type RunProgress, runBegin, runProgress } from './progress-of-run.ts';
import type { Resumable } from './resumable.ts';
import { loadBuffers, savedBuffers } from './saved-buffers.ts';
import { savedFields } from './saved-fields.ts';
import { type OptimizerNumbers, optimizerState, savedOptimizer } from './saved-optimizer.ts';
import type { AnySchedule } from './schedule.ts';

/** The parts of a run that change. A checkpoint stores all of them. */
export interface TrainingParts {
  readonly model: Module;
  readonly optimizer: Optimizer;
  readonly schedule: AnySchedule | undefined;
  readonly average: ExponentialMovingAverage | undefined;
  /** The value that ranks the weights, for readers of the checkpoint */
  readonly monitored: Monitored;
  readonly batches: Pick<EpochReader<never>, 'state' | 'load' | 'isCounted' | 'pass'>;
  /** The stopping rules and the held-out batches. A part that is missing in a checkpoint starts anew. */
  readonly own: Readonly<Record<string, Resumable>>;
  /** The program's own parts, by name */
  readonly others: Readonly<Record<string, Resumable>>;
}

/** The file with the averages, under the model's keys. */
const AVERAGED = 'averaged.safetensors';

/** The JSON part of the state. */
interface SavedState {
  readonly monitored: Json;
  readonly progress: Json;
  readonly optimizer: OptimizerNumbers;
  readonly schedule: Json;
  readonly random: Random;
  readonly average: Json;
  readonly batches: Json;
  readonly own: Readonly<Record<string, Json>>;
}

/** The sources of random numbers for batches: the default generator, and the program's own parts. */
interface Random {
  readonly generator: RandomGeneratorState;
  readonly others: Readonly<Record<string, Json>>;
}

const stateKinds = {
  monitored: kind.record,
  progress: kind.record,
  optimizer: kind.record,
  schedule: kind.anything,
  random: kind.record,
  average: kind.anything,
  batches: kind.anything,
  own: kind.record,
};

const randomKinds = { generator: kind.record, others: kind.record };

/** Everything that a resume needs, as of the time of the call. The parts may change while the promise is pending. */
export async function contentOf(
  parts: TrainingParts,
  progress: RunProgress,
  metrics: Readonly<Record<string, number>>,
): Promise<CheckpointContent> {
  const { model, optimizer, schedule, average, batches, own } = parts;
  const weights = save(model);
  const averaged = average && average.updates > 0 ? savedAverage(average, model) : undefined;
  const saved = savedOptimizer(optimizer);
  const buffers = savedBuffers(model);
  const state: SavedState = {
    monitored: { ...parts.monitored } as Json,
    progress: { ...progress, best: progress.best && { ...progress.best } },
    optimizer: saved.numbers,
    schedule: (schedule?.stateDict() as Json | undefined) ?? null,
    random: randomState(parts),
    average: average ? average.updates : null,
    batches: batches.state(),
    own: statesOf(own),
  };
  const json = structuredClone(state) as unknown as Json;
  const [weightBytes, averagedBytes, ofOptimizer, ofModel] = await Promise.all([
    weights,
    averaged,
    saved.tensors,
    buffers,
  ]);
  return {
    step: progress.step,
    epoch: progress.epoch,
    metrics,
    state: json,
    versions: { '@tensorflow/tfjs-core': version_core, backend: getBackend() },
    weights: weightBytes,
    tensors: new Map([...ofOptimizer, ...ofModel]),
    ...(averagedBytes && { files: new Map([[AVERAGED, averagedBytes]]) }),
  };
}

/** The current random state. A resume that counts batches restores it at the beginning of their epoch. */
export const randomState = ({ others }: Pick<TrainingParts, 'others'>): Random => ({
  generator: defaultGenerator.getState(),
  others: statesOf(others),
});

function statesOf(parts: Readonly<Record<string, Resumable>>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => {
      try {
        return [name, structuredClone(part.state())];
      } catch (error) {
        const words = `of '${name}' has a state that a checkpoint cannot hold: ${messageOf(error)}`;
        throw new ArgumentError('Trainer', 'others', words, { cause: error });
      }
    }),
  );
}

/** The value that a run monitored, from the state of its checkpoint; empty when it is not stored. */
export function monitoredOf(state: Json): Monitored {
  const { monitored } = kind.record.fits(state) ? (state as Partial<SavedState>) : {};
  const { value, mode } = (monitored ?? {}) as Monitored;
  return {
    ...(monitoredKinds.value.fits(value) && { value }),
    ...(monitoredKinds.mode.fits(mode) && { mode }),
  };
}

/** The weights that a checkpoint's validation used: the averages, if they exist and are wanted. */
export const weightsIn = (
  { weights, files }: Pick<Checkpoint, 'weights' | 'files'>,
  average = true,
): Uint8Array<ArrayBuffer> => (average ? files.get(AVERAGED) : undefined) ?? weights;

/** The position from which a run continues, and warnings about it. */
export interface Resumed {
  readonly progress: RunProgress;
  readonly warnings: readonly string[];
}

/**
 * Loads a checkpoint into the parts. When one of them does not fit, none is changed.
 *
 * @throws CheckpointError when a part does not fit
 */
export async function resumeFrom(parts: TrainingParts, checkpoint: Checkpoint): Promise<Resumed> {
  const before = await contentOf(parts, runBegin(), {});
  try {
    const progress = await takeOver(parts, checkpoint);
    const saved = monitoredOf(checkpoint.state);
    const { value, mode } = parts.monitored;
    if (!progress.best || (saved.value === value && saved.mode === mode)) return { progress, warnings: [] };
    const warning = `the run now monitors ${value} (${mode}), before it was ${saved.value} (${saved.mode}): the best so far counts no more`;
    return { progress: { ...progress, best: null }, warnings: [warning] };
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
  const { model, optimizer, schedule, average, batches, own } = parts;
  const state = savedFields<SavedState>('Trainer', json, stateKinds);
  const progress = runProgress(state.progress);
  checkSame('schedule', schedule !== undefined, state.schedule !== null);
  checkSame('moving average', average !== undefined, state.average !== null);
  const averaged = files?.get(AVERAGED);
  average?.dispose();
  if (average && averaged) {
    await load(model, averaged);
    average.loadStateDict(averagesOf(model, state.average as number));
  }
  await load(model, weights);
  loadBuffers(model, tensors);
  optimizer.loadStateDict(optimizerState(state.optimizer, tensors));
  schedule?.loadStateDict(state.schedule as SchedulerStateDict);
  for (const [name, part] of Object.entries(own)) {
    if (Object.hasOwn(state.own, name)) part.load(state.own[name]!);
  }
  batches.load(state.batches);
  if (batches.isCounted && progress.epochBegin !== null && !progress.allRead) {
    setRandom(parts, progress.epochBegin);
    await batches.pass(progress.epoch, progress.batch);
  }
  setRandom(parts, state.random);
  return progress;
}

/** The averages as the state of an average, taken from the model's parameters */
function averagesOf(model: Module, updates: number): AverageStateDict {
  const averages = [...model.namedParameters()].map(([name, average]) => [`module.${name}`, average]);
  return { n_averaged: updates, ...Object.fromEntries(averages) };
}

function setRandom({ others }: TrainingParts, state: unknown): void {
  const random = savedFields<Random>('Trainer', state, randomKinds);
  const missing = Object.keys(others).find((name) => !Object.hasOwn(random.others, name));
  if (missing !== undefined) throw new CheckpointError(`it has no state of '${missing}'`);
  for (const [name, other] of Object.entries(others)) other.load(random.others[name]!);
  defaultGenerator.setState(random.generator);
}

function checkSame(what: string, isHere: boolean, isSaved: boolean): void {
  if (isHere !== isSaved) {
    throw new CheckpointError(isHere ? `it is of a run without a ${what}` : `it is of a run with a ${what}`);
  }
}
