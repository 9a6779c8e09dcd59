import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';
import { load, type Module } from '@unroll/nn';
import { bestFirst } from '../checkpoints/keep.ts';
import { summaries } from '../checkpoints/latest-checkpoint.ts';
import { nameKind } from '../checkpoints/names.ts';
import { readCheckpoint } from '../checkpoints/read-checkpoint.ts';
import type { CheckpointStore } from '../checkpoints/store.ts';
import { storeKind } from '../checkpoints/store-kind.ts';
import { moduleKind } from '../evaluate.ts';
import { type Monitored, monitoredKinds } from '../monitor.ts';
import { monitoredOf, weightsIn } from '../training-state.ts';
import { meanOf } from './mean-of.ts';

export interface LoadWeightsOptions extends Monitored {
  /**
   * `best`: the best by the value that the run monitored, or by `value` and `mode` if given. `latest`: the newest.
   * Otherwise a checkpoint's name. Default `best`
   */
  from?: 'best' | 'latest' | (string & {}) | undefined;
  /** Average the weights of this many of the best or newest checkpoints. Buffers come from the first one. Default 1 */
  count?: number | undefined;
  /** Whether to take the run's moving averages, if it kept them, instead of the weights themselves. Default true */
  average?: boolean | undefined;
}

const kinds = {
  ...monitoredKinds,
  from: { ...nameKind, required: false },
  count: kind.whole(1),
  average: kind.flag,
};

/**
 * Loads the weights of a run's checkpoints into a model with the same parameters. When a weight does not fit, it loads
 * none.
 *
 * @example
 * await loadWeights(model, folder('runs/names'));                                // the best
 * await loadWeights(model, folder('runs/names'), { from: 'latest', count: 5 });  // the mean of the last five
 *
 * @returns the names of the checkpoints that the weights come from
 * @throws FormatError when a checkpoint is damaged; CheckpointError when there are too few, or the weights do not fit
 *   the model
 */
export async function loadWeights(
  model: Module,
  store: CheckpointStore,
  options: LoadWeightsOptions = {},
): Promise<string[]> {
  checkValue('loadWeights', 'model', model, moduleKind);
  checkValue('loadWeights', 'store', store, storeKind);
  const given = checkOptions<LoadWeightsOptions>('loadWeights', options, kinds);
  const names = await namesOf(store, given);
  const files: Uint8Array<ArrayBuffer>[] = [];
  for (const name of names) {
    files.push(weightsIn(await readCheckpoint(store, name), given.average));
  }
  await load(model, files.length === 1 ? files[0]! : meanOf(files, bufferKeys(model)));
  return names;
}

function bufferKeys(model: Module): ReadonlySet<string> {
  const buffers = new Set(model.buffers());
  const state = Object.entries(model.stateDict());
  return new Set(state.filter(([, variable]) => buffers.has(variable)).map(([key]) => key));
}

async function namesOf(
  store: CheckpointStore,
  { from = 'best', count = 1, value, mode }: LoadWeightsOptions,
): Promise<string[]> {
  const isRank = from === 'best' || from === 'latest';
  if (!isRank && count === 1) return [from];
  const { checkpoints } = await summaries(store);
  if (checkpoints.length === 0)
    throw new CheckpointError(`loadWeights: ${store.location} has no checkpoints`);
  const newest = checkpoints.toReversed();
  const monitored = { ...(newest[0] && monitoredOf(newest[0].state)) };
  const ranked =
    from === 'best'
      ? bestFirst(checkpoints, { metric: value ?? monitored.value, mode: mode ?? monitored.mode })
      : from === 'latest'
        ? newest
        : newest.filter(({ name }) => name === from);
  if (ranked.length >= count) return ranked.slice(0, count).map(({ name }) => name);
  const words =
    from === 'best'
      ? `checkpoints with a ${value ?? monitored.value ?? 'loss'}`
      : `checkpoints${isRank ? '' : ` named '${from}'`}`;
  throw new CheckpointError(
    `loadWeights: ${store.location} has ${ranked.length} ${words}; expected at least ${count}`,
  );
}
