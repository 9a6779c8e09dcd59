import { kind } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';
import type { Dataset } from '../dataset/dataset.ts';
import { fingerprint } from '../fingerprint.ts';
import type { Json } from '../json.ts';
import type { Order } from '../order/order.ts';
import type { BatchLimit } from './batch-limit.ts';
import type { Epochs } from './epochs.ts';
import { lengthOfElement } from './length-of-element.ts';
import { planBatches } from './plan.ts';
import { inOrder } from './read-ahead.ts';

export interface DatasetEpochsOptions<T> {
  readonly dataset: Dataset<T>;
  readonly order: Order;
  readonly limit: BatchLimit;
  readonly dropLast: boolean;
  readonly lengths: ArrayLike<number> | undefined;
  /** Absent when no lengths are needed */
  readonly lengthOf: ((element: T) => number) | undefined;
}

/** Epochs that are planned by index before the first batch is read. A place is the number of batches before it. */
export function datasetEpochs<T>(
  options: DatasetEpochsOptions<T>,
): Epochs<T> & { count(epoch: number): Promise<number> } {
  const { dataset, order, limit, dropLast, lengthOf } = options;
  let known: Promise<ArrayLike<number> | undefined> | undefined;
  const lengths = () => {
    if (!known) {
      known = options.lengths || !lengthOf ? Promise.resolve(options.lengths) : measure(dataset, lengthOf);
      // Measure again after a data set failed.
      known.catch(() => {
        known = undefined;
      });
    }
    return known;
  };
  /** The last plan, so that counting an epoch's batches and reading them share it. */
  let last: { readonly epoch: number; readonly batches: readonly Float64Array[] } | undefined;
  const plan = async (epoch: number) => {
    const measured = await lengths();
    if (last?.epoch !== epoch) {
      const batches = planBatches(
        dataset.length,
        { epoch, pool: 0 },
        { order, limit, dropLast, lengths: measured },
      );
      last = { epoch, batches };
    }
    return last.batches;
  };
  return {
    settings: {
      length: dataset.length,
      lengths: options.lengths ? fingerprint(options.lengths) : null,
      order: order.settings,
      batchSize: limit.batchSize ?? null,
      maxTokens: limit.maxTokens ?? null,
      dropLast,
    },
    beginning: 0,
    checkPlace(place: Json) {
      if (kind.whole(0).fits(place)) return;
      throw new CheckpointError(
        `batches: place of the state is ${JSON.stringify(place)}; expected a number of batches`,
      );
    },
    async *read(epoch, from, ahead) {
      const planned = await plan(epoch);
      const start = from as number;
      if (start > planned.length) {
        throw new CheckpointError(
          `batches: the state is after ${start} batches of epoch ${epoch}, which has ${planned.length} now`,
        );
      }
      const tasks = planned.slice(start).map((indices) => () => elementsAt(dataset, indices));
      let place = start;
      for await (const elements of inOrder(tasks, ahead)) yield { elements, place: ++place };
    },
    count: async (epoch) => (await plan(epoch)).length,
  };
}

/** Returns elements in memory at once, and a promise only if an element is a promise. */
function elementsAt<T>(dataset: Dataset<T>, indices: Float64Array): readonly T[] | Promise<T[]> {
  const elements = Array.from(indices, (index) => dataset.get(index));
  return elements.some((element) => element instanceof Promise) ? Promise.all(elements) : (elements as T[]);
}

async function measure<T>(dataset: Dataset<T>, lengthOf: (element: T) => number): Promise<Float64Array> {
  const lengths = new Float64Array(dataset.length);
  for (let index = 0; index < lengths.length; index++) {
    const element = dataset.get(index);
    lengths[index] = lengthOfElement(lengthOf, element instanceof Promise ? await element : element, index);
  }
  return lengths;
}
