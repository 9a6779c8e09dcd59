import * as train from '@unroll/train';
import * as metrics from '@unroll/train/metrics';
import * as tensorboard from '@unroll/train/tensorboard';
import * as worker from '@unroll/train/worker';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleWithVite, bundleWithWebpack } from './bundle.ts';
import { launchChromium, provideChromium } from './chromium.ts';
import { developWithVite } from './develop.ts';
import type { TrainingReport } from './programs/training-runs.ts';
import { serve } from './serve.ts';

const chromium = provideChromium();
let browser: Browser | undefined;

beforeAll(async () => {
  browser = chromium ? await launchChromium(chromium) : undefined;
});
afterAll(() => browser?.close());

/** A page's report. An error of the page fails the test. */
async function reportOf(url: string): Promise<unknown> {
  const page = await browser!.newPage();
  const failed = new Promise<never>((_, reject) => page.once('pageerror', reject));
  failed.catch(() => {});
  try {
    await page.goto(url);
    await Promise.race([
      page.waitForFunction('globalThis.report !== undefined', undefined, { timeout: 0 }),
      failed,
    ]);
    return await Promise.race([page.evaluate('globalThis.report'), failed]);
  } finally {
    await page.close();
  }
}

async function served<T>(bundle: Bundle, use: (url: string) => Promise<T>): Promise<T> {
  const { url, server } = await serve(bundle.directory, false);
  try {
    return await use(url);
  } finally {
    server.close();
  }
}

function expectTrained(title: string, { longest, ...report }: TrainingReport): void {
  const { stopped } = report;
  const name = `step-${String(stopped.step).padStart(8, '0')}`;
  const whole = { reason: 'epochs', message: '3 epochs are over', step: 18, epoch: 3 };
  expect(report).toEqual({
    events: { start: 1, step: 18, epoch: 3, validation: 3, checkpoint: expect.any(Number), end: 1 },
    eventsInPause: 0,
    stopped: { ...stopped, reason: 'interrupted', message: 'the user has seen enough', checkpoint: name },
    resumed: { ...whole, checkpoint: 'step-00000018', resumedFrom: name },
    alone: { ...whole, checkpoint: 'step-00000018' },
    sameWeights: true,
    loaded: true,
    shown: 'end after step 18',
  });
  expect(stopped.step).toBeLessThan(18);
  const [step, timer, frame] = [longest.step, longest.timer, longest.frame].map(Math.round);
  console.info(`${title}: the longest step took ${step} ms; a timer waited ${timer} ms, a frame ${frame} ms`);
}

describe.each([
  ['Vite', bundleWithVite],
  ['webpack', bundleWithWebpack],
])('bundled by %s', (bundler, bundled) => {
  it.skipIf(!chromium)(
    'a page trains in its worker, stops, and resumes in another worker with the same result',
    async () => {
      await served(await bundled('training-page'), async (url) =>
        expectTrained(bundler, (await reportOf(url)) as TrainingReport),
      );
    },
  );

  it.skipIf(!chromium)(
    'a page has all browser exports of @unroll/train, and none of Node’s files',
    async () => {
      const bundle = await bundled('train-doors-page');
      const nodes = bundle.modules.filter((one) =>
        /\.node\.js$|browser-external:|cli-progress|^node:/.test(one),
      );
      expect(nodes).toEqual([]);
      const names = (exports: object) => Object.keys(exports).sort();
      expect(await served(bundle, reportOf)).toEqual({
        train: names(train),
        metrics: names(metrics),
        tensorboard: names(tensorboard),
        worker: names(worker),
      });
    },
  );
});

describe('served by Vite for development', () => {
  it.skipIf(!chromium).each([
    ['its worker', 'training-page'],
    ['the package’s worker, which imports the module that it names', 'training-module-page'],
  ])('a page trains in %s', async (title, program) => {
    const { url, close } = await developWithVite(program);
    try {
      expectTrained(title, (await reportOf(url)) as TrainingReport);
    } finally {
      await close();
    }
  });
});
