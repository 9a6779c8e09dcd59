import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { loadBrownNews, loadNameLists } from '@unroll-apps/recipes/corpora';
import type { LabelledName } from '@unroll-apps/recipes/names';
import type { TaggedSentence } from '@unroll-apps/recipes/tagging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleWithVite } from './bundle.ts';
import { provideChromium } from './chromium.ts';
import { type OpenPage, openPage } from './open-page.ts';
import { type RecipeReport, recipeRuns, type Sample } from './programs/recipe-runs.ts';

/** The greatest relative difference of the losses on WebGPU and in Node. Measured: 2e-7 */
const TOLERANCE = 1e-4;

const chromium = provideChromium();
const noChromium = chromium ? '' : ' (skipped: there is no Chromium, and it cannot be installed here)';

/** Every so many of some records */
const everyNth = <T>(records: readonly T[], nth: number, first = 0) =>
  records.filter((_, i) => i % nth === first);

function nameSample(): Sample<LabelledName> {
  const { labelled } = loadNameLists();
  const nth = Math.floor(labelled.length / 200);
  return { train: everyNth(labelled, nth), heldOut: everyNth(labelled, nth, 1), steps: 20 };
}

/** Sentences of eight words, so that all batches have one shape: SwiftShader compiles slowly. */
function taggingSample(): Sample<TaggedSentence> {
  const { train, test } = loadBrownNews();
  const ofEight = (sentences: readonly TaggedSentence[]) => sentences.filter(({ length }) => length === 8);
  return { train: ofEight(train).slice(0, 48), heldOut: ofEight(test), steps: 12 };
}

/** The share of the most frequent label of what is learnt among what is held out */
function majorityShare<T, Label>({ train, heldOut }: Sample<T>, labelsOf: (each: T) => readonly Label[]) {
  const counts = new Map<Label, number>();
  for (const label of train.flatMap(labelsOf)) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [majority] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most));
  const labels = heldOut.flatMap(labelsOf);
  return labels.filter((label) => label === majority).length / labels.length;
}

describe('recipes bundled by Vite, on WebGPU on the software adapter', () => {
  let opened: OpenPage | undefined;
  beforeAll(async () => {
    if (!chromium) return;
    const bundle = await bundleWithVite('recipes-page');
    expect(bundle.modules.filter((one) => /\.node\.js$|browser-external:|^node:/.test(one))).toEqual([]);
    opened = await openPage(chromium, bundle, { webgpu: true, clearsWorkgroupMemory: false });
    expect(await opened.page.evaluate('begin()')).toMatch(/swiftshader/i);
    await useBackend(cpu({ threads: 1 }));
  });
  afterAll(() => opened?.close());

  /** Runs a recipe in the page and in Node. */
  async function compare(name: keyof typeof recipeRuns, sample: object, majority: number): Promise<void> {
    const start = performance.now();
    const run = `recipeRuns.${name}(${JSON.stringify(sample)})`;
    const found = (await opened!.page.evaluate(run)) as RecipeReport;
    const seconds = (performance.now() - start) / 1000;
    const expected = await recipeRuns[name](sample as never);
    const differences = found.losses.map((loss, i) => Math.abs(loss / expected.losses[i]! - 1));
    const greatest = Math.max(...differences);
    console.info(
      `${name} on WebGPU: ${found.losses.length} updates in ${seconds.toFixed(1)} s; losses ` +
        `${found.losses[0]!.toFixed(3)} → ${found.losses.at(-1)!.toFixed(3)}, ${greatest.toExponential(0)} from those of cpu; ` +
        `accuracy ${found.accuracy.toFixed(3)}, of cpu ${expected.accuracy.toFixed(3)}, of the majority ${majority.toFixed(3)}`,
    );
    expect(found.losses).toHaveLength(expected.losses.length);
    expect(greatest).toBeLessThan(TOLERANCE);
    expect(found.accuracy).toBeCloseTo(expected.accuracy, 1);
    expect(found.accuracy).toBeGreaterThan(majority + 0.1);
  }

  it.skipIf(!chromium)(`names are learnt as in Node, better than the majority${noChromium}`, async () => {
    const sample = nameSample();
    await compare(
      'names',
      sample,
      majorityShare(sample, ({ label }) => [label]),
    );
  });

  it.skipIf(!chromium)(`tags are learnt as in Node, better than the majority${noChromium}`, async () => {
    const sample = taggingSample();
    await compare(
      'tagging',
      sample,
      majorityShare(sample, (sentence) => sentence.map(({ tag }) => tag)),
    );
  });
});
