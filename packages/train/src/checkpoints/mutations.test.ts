import { FormatError } from '@unroll/backend/errors';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Files, mutations } from '../../test/checkpoint-mutations.ts';
import { randomFrom } from '../../test/random.ts';
import { essence, sampleCheckpoint } from '../../test/sample-checkpoint.ts';
import { inMemory, latestCheckpoint, readCheckpoint, writeCheckpoint } from '../index.ts';

/** `pnpm long checkpoints` makes more mutations. */
const COUNT = Number(process.env.UNROLL_MUTATIONS ?? 2000);
const SEED = 20_240_229;
const FILES = [
  'weights.safetensors',
  'training.safetensors',
  'averaged.safetensors',
  'checkpoint.json',
] as const;

async function filesOf(step: number): Promise<Files> {
  const store = inMemory();
  const name = await writeCheckpoint(store, sampleCheckpoint(step));
  const files: Files = new Map();
  for (const file of FILES) files.set(file, (await store.read(name, file))!);
  return files;
}

/** Whether the mutation keeps the files consistent and changes only their content. Such a checkpoint may be read. */
const isConsistent = (how: string) => /^(another|tensors|a field)/.test(how);

const random = randomFrom(SEED);
const rows = Object.entries(mutations);
const each = Math.ceil(COUNT / rows.length);

describe(`${each * rows.length} damaged checkpoints, by seed ${SEED}`, () => {
  const original = JSON.stringify(essence(sampleCheckpoint(20)));
  let [good, other]: Files[] = [];
  let refused = 0;

  beforeAll(async () => {
    [good, other] = [await filesOf(20), await filesOf(30)];
  });

  it.each(rows)('with %s are rejected by a FormatError, or read consistently', async (how, mutate) => {
    for (let i = 0; i < each; i++) {
      const files: Files = new Map(good);
      await mutate(files, random, other!);
      if (random.below(8) === 0) await mutations['bits that are others']!(files, random, other!);
      const store = inMemory();
      await writeCheckpoint(store, sampleCheckpoint(10));
      await store.write('step-00000020', files);
      const read = await readCheckpoint(store, 'step-00000020').catch((error: unknown) => error);
      const latest = await latestCheckpoint(store);
      if (read instanceof Error) {
        expect(read).toBeInstanceOf(FormatError);
        expect(read.message).toMatch(/^memory: checkpoint 'step-00000020': [\w.-]+ /);
        expect(latest!.checkpoint.step).toBe(10);
        expect(latest!.damaged).toEqual([{ name: 'step-00000020', reason: read.message }]);
        refused++;
        continue;
      }
      const content = read as Awaited<ReturnType<typeof readCheckpoint>>;
      expect(essence(latest!.checkpoint)).toEqual(essence(content));
      if (!isConsistent(how)) expect(JSON.stringify(essence(content))).toBe(original);
      // Everything that was read can be written and read again, so each field is valid.
      const { name: _, written, ...fields } = content;
      const again = await readCheckpoint(store, await writeCheckpoint(store, fields));
      expect(essence(again)).toEqual(essence(content));
      expect(written).toEqual(expect.any(String));
    }
  });

  it('are mostly rejected, and some are read', () => {
    const count = each * rows.length;
    console.log(`${count} checkpoints, ${refused} refused`);
    expect(refused).toBeGreaterThan(count / 2);
    expect(refused).toBeLessThan(count);
  });
});
