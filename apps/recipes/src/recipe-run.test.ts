import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { SGD } from '@unroll/optim';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RecipeRun } from './recipe-run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recipe-run-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const begin = (options: object) =>
  RecipeRun.begin(
    'cooking',
    { minutes: { short: 1, full: 2 }, trainingOptions: ['corpus', 'plain'] },
    { seed: 3, backend: 'portable', ...options },
  );

/** Trains a layer, and counts the evaluations. */
async function train(run: RecipeRun, model: nn.Linear) {
  const counts = { evaluations: 0 };
  const loss = () => tf.tidy(() => tf.mean(model.forward(tf.ones([2, 1]))) as tf.Scalar);
  const values = await run.train(
    {
      model,
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
      batches: [1, 2, 3],
      epochs: 10,
      loss,
      validation: {
        batches: [1],
        loss: () => {
          counts.evaluations++;
          return loss();
        },
      },
    },
    { unit: 'batches', figures: {} },
  );
  return { values: values!, counts };
}

it('has a folder of its own for each value of the options on which the training depends', async () => {
  const folderOf = async (options: object) => (await begin(options)).folder;
  expect(await folderOf({})).toBe('runs/cooking');
  expect(await folderOf({ corpus: 'soups', nBest: 3 })).toBe('runs/cooking-soups');
  expect(await folderOf({ corpus: 'soups', plain: true, full: true })).toBe('runs/cooking-soups-plain-full');
  expect(await folderOf({ corpus: 'soups', seeds: 2 })).toBe('runs/cooking-soups-seed-3');
  expect(await folderOf({ checkpoints: 'here', corpus: 'soups' })).toBe('here');
});

it('needs figures unless it is quiet and they go nowhere', async () => {
  const needsFigures = async (options: object) => (await begin(options)).needsFigures;
  expect(await needsFigures({})).toBe(true);
  expect(await needsFigures({ quiet: true })).toBe(false);
  expect(await needsFigures({ quiet: true, seeds: 2 })).toBe(true);
  expect(await needsFigures({ quiet: true, figures: 'figures.jsonl' })).toBe(true);
});

it('has the folder of --data for a corpus of files, and refuses it for one of npm', async () => {
  const soups = { name: 'Soups', licence: 'CC0', source: 'https://example.org/soups', files: 'soups.txt' };
  const { files: _files, ...ofNpm } = { ...soups, source: 'npm soups@1.0.0' };
  expect((await begin({ data: 'kitchen' })).dataFolder(soups)).toBe('kitchen');
  expect((await begin({})).dataFolder(soups)).toBeUndefined();
  expect((await begin({})).dataFolder(ofNpm)).toBeUndefined();
  const run = await begin({ data: 'kitchen' });
  expect(() => run.dataFolder(ofNpm)).toThrow(
    "--data is 'kitchen'; expected no folder, because the corpus comes from npm soups@1.0.0: Soups",
  );
});

it('refuses a run of other options in its folder before a model is loaded, unless it begins anew', async () => {
  const call = async (options: object, outFeatures = 1) => {
    const run = await begin({ quiet: true, steps: 1, checkpoints: join(folder, 'options'), ...options });
    using model = new nn.Linear({ inFeatures: 1, outFeatures });
    await train(run, model);
  };
  await call({});
  await call({});
  await expect(call({ steps: 2 })).rejects.toThrow(
    /^the run in .*options has other options: --steps was 1, is 2; --fresh begins anew there, --checkpoints <folder> elsewhere$/,
  );
  await expect(call({ seed: 4, full: true, corpus: 'soups', plain: true }, 2)).rejects.toThrow(
    'other options: --seed was 3, is 4; --full was not given, is given; --corpus was not given, is soups; --plain was not given, is given; --fresh',
  );
  await call({ steps: undefined, minutes: 1e-9, fresh: true });
  await expect(call({})).rejects.toThrow('--minutes was 1e-9, is not given; --steps was not given, is 1; ');
  await call({ steps: undefined, minutes: 1e-9 });
});

it('knows a time limit that is given from the usual one', async () => {
  const kept = async (options: object) => {
    const checkpoints = join(folder, 'usual');
    const run = await begin({ quiet: true, steps: undefined, fresh: true, checkpoints, ...options });
    using model = new nn.Linear({ inFeatures: 1, outFeatures: 1 });
    await train(run, model);
    return JSON.parse(readFileSync(join(checkpoints, 'options.json'), 'utf8')) as unknown;
  };
  expect(await kept({})).toEqual({ recipe: 'cooking', seed: 3 });
  expect(await kept({ minutes: 1 })).toEqual({ recipe: 'cooking', seed: 3 });
  expect(await kept({ minutes: 1, full: true })).toEqual({
    recipe: 'cooking',
    full: true,
    minutes: 1,
    seed: 3,
  });
});

it('says before the training that figures cannot be written', async () => {
  const figures = join(folder, 'nosuch', 'figures.jsonl');
  await expect(begin({ figures })).rejects.toThrow(
    `--figures is '${figures}'; expected a file that can be written (ENOENT: `,
  );
  await expect(begin({ figures: folder })).rejects.toThrow(
    `--figures is '${folder}'; expected a file that can be written (EISDIR: `,
  );
});

it('writes figures with the options and the time of the whole training, also after a resume', async () => {
  const figures = join(folder, 'figures.jsonl');
  const options = { quiet: true, figures, steps: 4, corpus: 'soups', checkpoints: join(folder, 'run') };
  const lines = () => readFileSync(figures, 'utf8').trimEnd().split('\n');
  for (let time = 0; time < 2; time++) {
    const run = await begin(options);
    using model = new nn.Linear({ inFeatures: 1, outFeatures: 1 });
    await train(run, model);
    await run.keep({ title: 'Taste', format: String, figures: { salt: 0.5 } });
  }
  const [first, second] = lines();
  expect(JSON.parse(first!)).toEqual({
    recipe: 'cooking',
    corpus: 'soups',
    steps: 4,
    seed: 3,
    backend: expect.any(String),
    minutes: expect.any(Number),
    title: 'Taste',
    figures: { salt: 0.5 },
  });
  expect((JSON.parse(first!) as { minutes: number }).minutes).toBeGreaterThan(0);
  // The second run finds the first one's training at its end.
  expect(second).toBe(first);
});

it('evaluates after the last step only when the values are read', async () => {
  using model = new nn.Linear({ inFeatures: 1, outFeatures: 1 });
  const run = await begin({ quiet: true, steps: 1, checkpoints: join(folder, 'lazy') });
  const { values, counts } = await train(run, model);
  expect(counts.evaluations).toBe(0);
  expect(await values()).toEqual({ loss: expect.any(Number) });
  expect(counts.evaluations).toBe(1);
});
