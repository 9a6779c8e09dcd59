import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { batches, shuffled } from '@unroll/data';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BatchSource, EpochReader } from './epoch-reader.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

async function read<Batch>(reader: EpochReader<Batch>, epoch: number, from = 0): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const { batch, index } of reader.read(epoch, from)) {
    expect(index).toBe(from + all.length);
    all.push(batch);
  }
  return all;
}

describe('batches of a run', () => {
  it('come from an iterable in each epoch, or from a function of the epoch', async () => {
    expect(await read(new EpochReader([1, 2, 3]), 0, 1)).toEqual([2, 3]);
    const source: BatchSource<number> = (epoch) => [10 * epoch, 10 * epoch + 1];
    expect(await read(new EpochReader(source), 3)).toEqual([30, 31]);
    const generated = new EpochReader(function* (epoch: number) {
      yield epoch;
    });
    expect([await read(generated, 0), await read(generated, 1)]).toEqual([[0], [1]]);
  });

  it('load their position when resumable, and are counted otherwise', async () => {
    const make = () => batches([1, 2, 3, 4, 5], { batchSize: 1, order: shuffled({ seed: 1 }) });
    const reader = new EpochReader(make());
    await read(reader, 0);
    const iterator = reader.read(1, 0);
    const { value } = await iterator.next();
    const state = JSON.parse(JSON.stringify(reader.state()));
    const rest: number[][] = [];
    for await (const { batch } of iterator) rest.push(batch);
    const resumed = new EpochReader(make());
    resumed.load(state);
    expect(await read(resumed, 1, 1)).toEqual(rest);
    expect([...rest, value!.batch].flat().toSorted()).toEqual([1, 2, 3, 4, 5]);
    const counted = new EpochReader([1, 2]);
    expect(counted.state()).toBeNull();
    counted.load(null);
    expect(await read(counted, 0, 1)).toEqual([2]);
  });

  it('are disposed of, also those that a resume skips, unless they come from an array', async () => {
    const before = tf.memory().numTensors;
    const own = [{ x: tf.ones([2]) }];
    const reader = new EpochReader(own);
    for await (const { batch } of reader.read(0, 0)) reader.release(batch);
    expect(own[0]!.x.isDisposed).toBe(false);
    tf.dispose(own);
    const made = new EpochReader(function* () {
      yield { x: tf.ones([2]) };
      yield { x: tf.ones([2]) };
    });
    for await (const { batch } of made.read(0, 1)) made.release(batch);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('throw when they are not iterable, empty, or can be iterated only once', async () => {
    await expect(read(new EpochReader([]), 2)).rejects.toThrow('batches gave none in epoch 2');
    const once = new EpochReader([1, 2][Symbol.iterator]());
    expect(await read(once, 0)).toEqual([1, 2]);
    await expect(read(once, 1)).rejects.toThrow(
      'batches can be gone through once, and ended before the run did',
    );
  });

  it('are counted when the source knows their number', async () => {
    expect(await new EpochReader([1, 2]).count()).toBe(2);
    expect(await new EpochReader(batches([1, 2, 3], { batchSize: 2 })).count()).toBe(2);
    expect(await new EpochReader(() => [1]).count()).toBeUndefined();
  });
});
