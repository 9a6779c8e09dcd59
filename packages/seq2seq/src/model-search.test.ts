import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { type Backend, tfjsBackend, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AttentionName, attentions, type SmallModelOptions, smallModel } from '../test/small-model.ts';
import type { Hypothesis } from './search/hypothesis.ts';
import type { Seq2Seq } from './seq2seq.ts';

const kinds: SmallModelOptions[] = [
  {},
  { cell: 'LSTM', contextSize: 6 },
  ...(Object.keys(attentions) as AttentionName[]).map((attention) => ({ attention })),
  { attention: 'general', inputFeeding: true, coverage: true, cell: 'LSTM' },
];

const random = new nn.RandomGenerator(5);
const sources = Array.from({ length: 7 }, (_, i) =>
  Array.from({ length: 1 + ((i * 3) % 7) }, () => 3 + Math.floor(random.uniform() * 5)),
);

/** Runs every search for all sources of a batch at once. */
async function searching<Found>(
  rows: readonly (readonly number[])[],
  search: (source: tf.Tensor, sourceLengths: number[]) => Promise<Found>,
): Promise<Found> {
  const lengths = rows.map(({ length }) => length);
  const longest = Math.max(...lengths);
  const source = tf.tensor2d(
    rows.flatMap((row) => [...row, ...new Array<number>(longest - row.length).fill(0)]),
    [rows.length, longest],
    'int32',
  );
  try {
    return await search(source, lengths);
  } finally {
    source.dispose();
  }
}

const beam = (model: Seq2Seq, rows: readonly (readonly number[])[], attention = model.decoder.attends) =>
  searching(rows, (source, sourceLengths) =>
    model.beamSearch(source, {
      sourceLengths,
      attention,
      beamSize: 4,
      nBest: 3,
      maxLength: 9,
      lengthPenalty: { name: 'wu', alpha: 0.8 },
    }),
  );

const words = (lists: readonly (readonly Hypothesis[])[]) =>
  lists.map((list) => list.map(({ tokens }) => tokens));

describe('on backend-cpu', () => {
  beforeAll(() => useBackend(cpu({ threads: 2 })));

  it.each(kinds)('a batch gives bit for bit the results of single sources: %o', async (options) => {
    const model = smallModel({ ...options, seed: 3 });
    const together = await beam(model, sources);
    const alone: Hypothesis[][] = [];
    for (const source of sources) alone.push(...(await beam(model, [source])));
    const numbers = (lists: readonly (readonly Hypothesis[])[]) =>
      lists.map((list) => list.map(({ tokens, score, tokenLogProbs }) => ({ tokens, score, tokenLogProbs })));
    expect(numbers(together)).toEqual(numbers(alone));
    model.dispose();
  });

  it('a search reads from the device once a step', async () => {
    const model = smallModel({ attention: 'general' });
    let reads = 0;
    const { data } = tf.Tensor.prototype;
    tf.Tensor.prototype.data = function counted(this: tf.Tensor) {
      reads++;
      return data.call(this);
    } as typeof data;
    try {
      const lists = await beam(model, sources, true);
      const longest = Math.max(...lists.flat().map(({ tokenLogProbs }) => tokenLogProbs.length));
      expect(reads).toBeLessThanOrEqual(10);
      expect(reads).toBeGreaterThanOrEqual(longest);
    } finally {
      tf.Tensor.prototype.data = data;
    }
    model.dispose();
  });

  it('frees the tensors of a step whose read fails', async () => {
    const model = smallModel({ attention: 'dot' });
    const before = tf.memory().numTensors;
    const { data } = tf.Tensor.prototype;
    let reads = 0;
    tf.Tensor.prototype.data = function failing(this: tf.Tensor) {
      return ++reads === 2 ? Promise.reject(new Error('the device is gone')) : data.call(this);
    } as typeof data;
    try {
      await expect(beam(model, sources)).rejects.toThrow('the device is gone');
    } finally {
      tf.Tensor.prototype.data = data;
    }
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});

const backends: readonly (readonly [string, () => Backend])[] = [
  ['tfjs-backend-cpu with the portable kernels', () => tfjsBackend('cpu')],
  ['backend-onnxruntime', () => onnxruntime({ threads: 2 })],
];

describe.each(backends)('on %s', (_, make) => {
  it.each(kinds)('searches find what they find on backend-cpu: %o', async (options) => {
    const model = smallModel({ ...options, seed: 3 });
    await useBackend(cpu({ threads: 1 }));
    const expected = await beam(model, sources);
    const greedy = () =>
      searching(sources, (source, sourceLengths) =>
        model.greedySearch(source, { sourceLengths, maxLength: 9 }),
      );
    const expectedGreedy = await greedy();
    await useBackend(make());
    const before = tf.memory().numTensors;
    // On a backend that captures, the second pass captures the step and later passes replay it.
    for (let time = 0; time < 3; time++) {
      const found = await beam(model, sources);
      expect(words(found)).toEqual(words(expected));
      for (const [i, [best]] of found.entries()) expect(best!.score).toBeCloseTo(expected[i]![0]!.score, 4);
      expect(words(await greedy())).toEqual(words(expectedGreedy));
    }
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});

const ownBackends: readonly (readonly [string, () => Backend])[] = [
  ['backend-cpu', () => cpu({ threads: 1 })],
  ['backend-onnxruntime', () => onnxruntime({ threads: 1 })],
];

describe.each(ownBackends)('a thousand searches on %s', (_, make) => {
  beforeAll(() => useBackend(make()));

  it('leave no tensor, also when cancelled or abandoned', async () => {
    const model = smallModel({ attention: 'general', inputFeeding: true, coverage: true });
    const before = tf.memory();
    for (let i = 0; i < 1000; i++) {
      const rows = [sources[i % 7]!, sources[(i + 3) % 7]!];
      await searching(rows, async (source, sourceLengths) => {
        const common = { sourceLengths, maxLength: 6 };
        switch (i % 4) {
          case 0:
            return model.beamSearch(source, { ...common, beamSize: 3 });
          case 1: {
            const controller = new AbortController();
            const search = model.beamSearch(source, { ...common, beamSize: 3, signal: controller.signal });
            await Promise.resolve();
            controller.abort();
            return expect(search).rejects.toThrow('abort');
          }
          case 2: {
            for await (const _ of model.streamTokens(source, { ...common, method: 'sampling', topK: 3 }))
              break;
            return undefined;
          }
          default:
            return model.sampleSearch(source, { ...common, samples: 2, topP: 0.9 });
        }
      });
    }
    const after = tf.memory();
    expect([after.numTensors, after.numBytes]).toEqual([before.numTensors, before.numBytes]);
    model.dispose();
  });
});
