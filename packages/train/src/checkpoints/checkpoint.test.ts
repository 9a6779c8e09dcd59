import { type StoredTensor, writeSafetensors } from '@unroll/safetensors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { essence, sampleCheckpoint } from '../../test/sample-checkpoint.ts';
import {
  type CheckpointContent,
  checkpointNames,
  inMemory,
  type Json,
  latestCheckpoint,
  readCheckpoint,
  readSummary,
  summaries,
  writeCheckpoint,
} from '../index.ts';
import { manifestBytes, sealed } from './manifest.ts';

const NAME = 'step-00000100';
const weights = writeSafetensors({});

async function damagedBy(change: (files: Map<string, Uint8Array<ArrayBuffer>>) => void | Promise<void>) {
  const [store, good] = [inMemory(), inMemory()];
  await writeCheckpoint(good, sampleCheckpoint(100));
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const file of ['weights', 'training', 'averaged'].map((stem) => `${stem}.safetensors`)) {
    files.set(file, (await good.read(NAME, file))!);
  }
  files.set('checkpoint.json', (await good.read(NAME, 'checkpoint.json'))!);
  await change(files);
  await store.write(NAME, files);
  return store;
}

const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY, 2 ** 53));
const key = fc.string({ unit: 'binary' }).filter((name) => !['__proto__', '$number'].includes(name));
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    number,
    fc.string({ unit: 'binary' }),
    fc.array(tie('json')),
    fc.dictionary(key, tie('json'), { noNullPrototype: true }),
  ),
}));
const tensor: fc.Arbitrary<StoredTensor> = fc.uint32Array({ maxLength: 20 }).map((bits) => ({
  dtype: 'F32',
  shape: [bits.length],
  data: new Float32Array(bits.buffer.slice(0)),
}));
const tensors = fc.array(fc.tuple(fc.string(), tensor), { maxLength: 5 }).map((pairs) => new Map(pairs));

describe('a checkpoint', () => {
  it('is read as it was written: any bits of floats, any JSON, any numbers', async () => {
    const content = fc.record({
      step: fc.maxSafeNat(),
      epoch: fc.maxSafeNat(),
      metrics: fc.dictionary(key, number, { noNullPrototype: true }),
      state: json,
      versions: fc.dictionary(key, fc.string(), { noNullPrototype: true }),
      weights: tensors.map((named) => writeSafetensors(named)),
      tensors,
      files: fc
        .array(fc.tuple(fc.stringMatching(/^[a-z]\.bin$/), fc.uint8Array()))
        .map((pairs) => new Map(pairs.map(([name, bytes]) => [name, new Uint8Array(bytes)] as const))),
    });
    await fc.assert(
      fc.asyncProperty(content, async (written) => {
        const store = inMemory();
        const name = await writeCheckpoint(store, written);
        const read = await readCheckpoint(store, name);
        expect(essence(read)).toEqual(essence(written));
        expect(await checkpointNames(store)).toEqual([name]);
      }),
    );
  });

  it('has a name that sorts by step, also with more than eight digits', async () => {
    const store = inMemory();
    for (const step of [2, 10, 123_456_789, 99_999_999])
      await writeCheckpoint(store, { step, epoch: 0, weights });
    expect(await checkpointNames(store)).toEqual([
      'step-00000002',
      'step-00000010',
      'step-99999999',
      'step-123456789',
    ]);
  });

  it.each<[string, Partial<Record<keyof CheckpointContent, unknown>>, string]>([
    ['a step', { step: 0.5 }, 'step is 0.5; expected a whole number'],
    [
      'metrics',
      { metrics: { loss: '1' } },
      'metrics is an object; expected an object of numbers by name, none',
    ],
    [
      'metrics by a name that no program could assign',
      { metrics: JSON.parse('{"__proto__":1}') },
      "metrics is an object; expected an object of numbers by name, none by the name '__proto__'",
    ],
    [
      'versions by such a name',
      { versions: JSON.parse('{"__proto__":"1"}') },
      "versions is an object; expected an object of strings by name, none by the name '__proto__'",
    ],
    [
      'weights',
      { weights: new Uint8Array(3) },
      'weights is no safetensors file: safetensors: there are 3 bytes',
    ],
    [
      'a name of a file',
      { files: new Map([['checkpoint.json', weights]]) },
      "files has the name 'checkpoint.json'",
    ],
    ['a name of a path', { files: new Map([['../a', weights]]) }, "files has the name '../a'"],
    ['a file', { files: new Map([['a', 'text']]) }, "files 'a' is 'text'; expected a Uint8Array"],
    ['a Map in the state', { state: { data: [1, new Map()] } }, 'state.data[1] is a Map; expected what JSON'],
    ['a hole in the state', { state: { data: [undefined] } }, 'state.data[0] is undefined'],
    ['a bigint', { state: 1n }, 'state is 1n'],
    ['a key that is kept', { state: { a: { $number: 1 } } }, "state.a has the key '$number'"],
    ['a key of prototypes', { state: JSON.parse('{"__proto__":1}') }, "state has the key '__proto__'"],
  ])('is not written when a value is invalid: %s', async (_, change, message) => {
    const store = inMemory();
    const content = { ...sampleCheckpoint(100), ...change } as CheckpointContent;
    const error = await writeCheckpoint(store, content).catch((reason) => reason);
    expect(error.name).toBe('ArgumentError');
    expect(error.message).toContain(`writeCheckpoint: ${message}`);
    expect(await store.list()).toEqual([]);
  });

  it('rejects a cyclic state', async () => {
    const state: Json[] = [];
    state.push(state);
    const writing = writeCheckpoint(inMemory(), { step: 1, epoch: 0, weights, state });
    await expect(writing).rejects.toThrow('lies more than 100 arrays and objects deep');
  });

  const sums = { written: 'now', step: 100, epoch: 0, metrics: {}, state: null, versions: {} };
  it.each<[string, Parameters<typeof damagedBy>[0], string]>([
    [
      'a file is missing',
      (files) => void files.delete('weights.safetensors'),
      'weights.safetensors is missing',
    ],
    [
      'the manifest is missing',
      (files) => void files.delete('checkpoint.json'),
      'checkpoint.json is missing',
    ],
    [
      'a file is too short',
      (files) => void files.set('training.safetensors', files.get('training.safetensors')!.slice(1)),
      'training.safetensors has 91 bytes; checkpoint.json says 92',
    ],
    [
      'a bit of a file is another',
      (files) => {
        files.get('averaged.safetensors')![9]! ^= 1;
      },
      'averaged.safetensors is damaged: its SHA-256 is not what checkpoint.json says',
    ],
    [
      'a bit of the manifest is another',
      (files) => {
        files.get('checkpoint.json')![9]! ^= 1;
      },
      'checkpoint.json is damaged: its checksum is not that of its bytes',
    ],
    [
      'the manifest is empty',
      (files) => void files.set('checkpoint.json', new Uint8Array()),
      'checkpoint.json is damaged',
    ],
    [
      'the manifest is another’s',
      async (files) =>
        void files.set('checkpoint.json', await manifestBytes({ ...sums, step: 7 }, new Map())),
      "checkpoint.json is that of step 7: another checkpoint's",
    ],
    [
      'the format is a newer one',
      async (files) =>
        void files.set('checkpoint.json', await sealed('{"format":"unroll-checkpoint","version":2')),
      'checkpoint.json is of version 2 of the format; this program reads version 1: a newer @unroll/train is needed',
    ],
    [
      'there are no weights',
      async (files) => void files.set('checkpoint.json', await manifestBytes(sums, new Map())),
      'checkpoint.json is damaged: it has no weights.safetensors',
    ],
  ])('names its location and the fault when %s', async (_, change, message) => {
    const error = await readCheckpoint(await damagedBy(change), NAME).catch((reason) => reason);
    expect(error.name).toBe('FormatError');
    expect(error.message).toContain(`memory: checkpoint '${NAME}': ${message}`);
  });

  it('that does not exist is an error that names it', async () => {
    const store = inMemory();
    await expect(readCheckpoint(store, NAME)).rejects.toThrow(
      `memory: there is no checkpoint '${NAME}'; the store is empty`,
    );
    await writeCheckpoint(store, sampleCheckpoint(1));
    await expect(readSummary(store, NAME)).rejects.toThrow('there are step-00000001');
  });
});

describe('the latest checkpoint', () => {
  it('is the newest undamaged checkpoint, and newer damaged ones are listed', async () => {
    const store = inMemory();
    for (const step of [1, 2]) await writeCheckpoint(store, sampleCheckpoint(step));
    for (const step of [3, 4]) await store.write(`step-0000000${step}`, new Map());
    const latest = await latestCheckpoint(store);
    expect(essence(latest!.checkpoint)).toEqual(essence(sampleCheckpoint(2)));
    expect(latest!.damaged).toEqual([
      { name: 'step-00000004', reason: "memory: checkpoint 'step-00000004': checkpoint.json is missing" },
      { name: 'step-00000003', reason: "memory: checkpoint 'step-00000003': checkpoint.json is missing" },
    ]);
    const { checkpoints, damaged } = await summaries(store);
    expect(checkpoints.map(({ step }) => step)).toEqual([1, 2]);
    expect(damaged.map(({ name }) => name)).toEqual(['step-00000003', 'step-00000004']);
  });

  it('is undefined in an empty store, and an error when all are damaged', async () => {
    const store = inMemory();
    expect(await latestCheckpoint(store)).toBeUndefined();
    await store.write(NAME, new Map());
    await expect(latestCheckpoint(store)).rejects.toThrow(
      'memory: no checkpoint can be read; remove them to begin anew',
    );
  });
});
