import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countStream } from '../../test/count-stream.ts';
import { cases, makeBatches } from '../../test/resume-cases.ts';
import { bytesSource } from '../files/index.ts';
import { lines } from '../formats/index.ts';
import { bucketed, sequential, shuffleBuffer, shuffled, weighted } from '../order/index.ts';
import { batches } from './batches.ts';

const program = fileURLToPath(new URL('../../test/resume-program.ts', import.meta.url));

/** The batches of another process, from the beginning or from a state, and its state after them. */
function inAnotherProcess(name: string, count: number, state?: string): { given: number[][]; state: string } {
  const args = [program, name, String(count), ...(state === undefined ? [] : [state])];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

describe.each(Object.keys(cases))('batches that are %s', (name) => {
  it('are the same in a new process that loads their state', () => {
    const whole = inAnotherProcess(name, 30);
    expect(whole.given).toHaveLength(30);
    const before = inAnotherProcess(name, 11);
    const after = inAnotherProcess(name, 19, before.state);
    expect([...before.given, ...after.given]).toEqual(whole.given);
    expect(after.state).toEqual(whole.state);
  });

  it('are the same from any cut, prefetched or not, over several epochs', async () => {
    const take = async (count: number, from: ReturnType<typeof makeBatches>) => {
      const given: number[][] = [];
      while (given.length < count) {
        for await (const batch of from) {
          given.push(batch);
          if (given.length === count) return { given, state: JSON.stringify(from.state()) };
        }
      }
      return { given, state: JSON.stringify(from.state()) };
    };
    await fc.assert(
      fc.asyncProperty(fc.nat(20), fc.nat(3), fc.nat(3), async (cut, prefetch, other) => {
        const whole = await take(35, makeBatches(name, prefetch));
        const before = await take(cut, makeBatches(name, prefetch));
        const resumed = makeBatches(name, other);
        resumed.load(JSON.parse(before.state));
        const after = await take(35 - cut, resumed);
        expect([...before.given, ...after.given]).toEqual(whole.given);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a state', () => {
  it('at the end of an epoch leads to the next epoch', async () => {
    const data = [0, 1, 2, 3];
    const options = { batchSize: 2, order: shuffled({ seed: 4 }) };
    const first = batches(data, options);
    const lastInLoop: string[] = [];
    for await (const _ of first) lastInLoop.push(JSON.stringify(first.state()));
    const second = await Array.fromAsync(first);
    const afterLoop = batches(data, options);
    afterLoop.load({ ...(first.state() as object), epoch: 1 } as never);
    expect(await Array.fromAsync(afterLoop)).toEqual(second);
    // This state was saved after the last batch, but before the loop ended. Nothing is left of its epoch.
    const inLoop = batches(data, options);
    inLoop.load(JSON.parse(lastInLoop[1]!));
    expect(await Array.fromAsync(inLoop)).toEqual([]);
    expect(await Array.fromAsync(inLoop)).toEqual(second);
  });

  it('of a long stream is short, and skips few elements', async () => {
    const elements = 50_000;
    const read = batches(countStream(elements), { batchSize: 100 });
    for await (const batch of read) if (batch.includes(elements - 200)) break;
    const state = JSON.stringify(read.state());
    expect(state.length).toBeLessThan(300);
    expect(JSON.parse(state).place.skip).toBeLessThan(5000);
  });

  it.each([
    ['rows', { batchSize: 97 }],
    ['tokens', { maxTokens: 640, lengthOf: (element: number) => (element % 9) + 1 }],
    [
      'buckets',
      {
        batchSize: 97,
        lengthOf: (element: number) => (element % 9) + 1,
        order: bucketed({ poolSize: 1500 }),
      },
    ],
  ])('of a long stream resumes exactly, by %s', async (_, options) => {
    const make = () => batches(countStream(12_000), options);
    const whole = await Array.fromAsync(make());
    const read = make();
    const states: string[] = [];
    for await (const _ of read) states.push(JSON.stringify(read.state()));
    for (let cut = 1; cut < whole.length; cut += 17) {
      const resumed = make();
      resumed.load(JSON.parse(states[cut - 1]!));
      expect(await Array.fromAsync(resumed)).toEqual(whole.slice(cut));
    }
  });

  it('can be loaded in the middle of a loop’s epoch, with the same effect as in a new object', async () => {
    const data = [0, 1, 2, 3, 4, 5];
    const options = { batchSize: 2, order: shuffled({ seed: 4 }) };
    const one = batches(data, options);
    const loop = one[Symbol.asyncIterator]();
    await loop.next();
    const state = one.state();
    const rest = [(await loop.next()).value, (await loop.next()).value];
    await loop.next();
    one.load(state);
    expect(one.epoch).toBe(0);
    expect(await Array.fromAsync(one)).toEqual(rest);
    const abandoned = one[Symbol.asyncIterator]();
    await abandoned.next();
    one.load(state);
    await expect(abandoned.next()).rejects.toThrow('or a state was loaded, while this one was under way');
    expect(await Array.fromAsync(one)).toEqual(rest);
  });

  it.each([
    [
      'another order',
      { batchSize: 2, order: sequential() },
      /^batches: order of the state is \{"order":"shuffled","seed":0\}; these batches have \{"order":"sequential"\}$/,
    ],
    ['another seed', { batchSize: 2, order: shuffled({ seed: 1 }) }, /^batches: order of the state is/],
    [
      'another batch size',
      { batchSize: 3, order: shuffled() },
      /^batches: batchSize of the state is 2; these batches have 3$/,
    ],
    [
      'another number of elements',
      { batchSize: 2, order: shuffled() },
      /^batches: length of the state is 4; these batches have 5$/,
    ],
  ])('of %s throws, and the batches keep their position', async (what, options, message) => {
    const saved = batches([0, 1, 2, 3], { batchSize: 2, order: shuffled() }).state();
    const data = what === 'another number of elements' ? [0, 1, 2, 3, 4] : [0, 1, 2, 3];
    const others = batches(data, options);
    await Array.fromAsync(others);
    const before = others.state();
    expect(() => others.load(saved)).toThrow(message);
    expect(others.state()).toEqual(before);
  });

  it.each([
    [null, 'batches: the state is null; expected one that it saved'],
    [
      { epoch: -1, place: 0, settings: {} },
      'batches: epoch of the state is -1; expected a whole number of at least 0; it was saved by something else',
    ],
    [7, 'batches: the state is 7; expected one that it saved'],
  ])('that is invalid throws: %j', (state, message) => {
    for (const order of [bucketed(), weighted({ weights: [1, 1] })]) {
      expect(() => batches([0, 1], { batchSize: 1, order, lengths: [1, 1] }).load(state)).toThrow(message);
    }
  });

  it('of other streams throws, also at the beginning', () => {
    const of = (name: string) => batches(lines(bytesSource('a\nb\nc\n', name)), { batchSize: 1 });
    expect(() => of('val.de').load(of('val.en').state())).toThrow('The state is of other files');
    expect(() => of('val.en').load(of('val.en').state())).not.toThrow();
  });

  it('throws as a string, which JSON.parse must parse first', () => {
    const made = batches([1], { batchSize: 1 });
    expect(() => made.load(JSON.stringify(made.state()))).toThrow(
      'batches: the state is a text; expected what JSON.parse makes of it',
    );
  });

  it('of other weights or lengths throws', () => {
    const data = [0, 1, 2, 3];
    const withWeights = (weights: number[]) => batches(data, { batchSize: 2, order: weighted({ weights }) });
    expect(() => withWeights([1, 1, 1, 2]).load(withWeights([1, 1, 1, 1]).state())).toThrow(
      'batches: order of the state is',
    );
    const withLengths = (lengths: number[]) => batches(data, { maxTokens: 8, lengths });
    expect(() => withLengths([8, 8, 8, 8]).load(withLengths([1, 1, 1, 1]).state())).toThrow(
      'batches: lengths of the state is',
    );
  });

  it('after more batches than there are throws', async () => {
    const made = batches([0, 1, 2], { batchSize: 2 });
    made.load({ ...(made.state() as object), place: 9 } as never);
    await expect(Array.fromAsync(made)).rejects.toThrow(
      'batches: the state is after 9 batches of epoch 0, which has 2 now',
    );
  });

  it('that its stream does not accept throws at once', () => {
    const made = batches(countStream(9), { batchSize: 2, order: shuffleBuffer({ size: 4 }) });
    const saved = made.state() as { place: object };
    const load = (state: unknown) => made.load({ ...saved, place: { ...saved.place, state } } as never);
    expect(() => load('nonsense')).toThrow(
      "shuffleBuffer: the state is 'nonsense'; expected one that it saved",
    );
    expect(() => load({ drawn: 1, read: 2, held: [0, 0], source: { taken: 0 } })).toThrow(
      'shuffleBuffer: the state holds elements that it has not read, or one twice',
    );
    expect(() => load({ drawn: 1, read: 1, held: [0, 3], source: { taken: 0 } })).toThrow(
      'shuffleBuffer: the state holds elements that it has not read, or one twice',
    );
    expect(made.state()).toEqual(saved);
  });

  it('loaded while a batch is being made leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    let go = () => {};
    const waiting = new Promise<void>((resolve) => {
      go = resolve;
    });
    const collate = async (elements: readonly number[]) => {
      await waiting;
      return { values: tf.tensor1d([...elements]) };
    };
    const made = batches([1, 2], { batchSize: 1, collate });
    const loop = made[Symbol.asyncIterator]().next();
    await new Promise((resolve) => setTimeout(resolve, 5));
    made.load(made.state());
    go();
    await expect(loop).rejects.toThrow('batches: another loop');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('does not change by a loop that never starts', () => {
    const made = batches([1, 2], { batchSize: 1 });
    made[Symbol.asyncIterator]();
    made[Symbol.asyncIterator]();
    expect(made.epoch).toBe(0);
  });

  it('of other streams throws when they are shorter', async () => {
    const long = batches(countStream(10), { batchSize: 4 });
    for await (const _ of long) if ((long.state() as { place: { skip: number } }).place.skip === 8) break;
    const short = batches(countStream(5), { batchSize: 4 });
    short.load(long.state());
    await expect(Array.fromAsync(short)).rejects.toThrow(
      'batches: the stream has fewer elements than when the state was saved',
    );
  });
});
