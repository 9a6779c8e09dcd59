import type { Server } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleWithVite, bundleWithWebpack } from './bundle.ts';
import { launchChromium, provideChromium } from './chromium.ts';
import type { Report } from './programs/train.ts';
import { serve } from './serve.ts';

const chromium = provideChromium();
const noChromium = chromium ? '' : ' (skipped: there is no Chromium, and it cannot be installed here)';

const bundlers: Record<string, () => Promise<Bundle>> = {
  Vite: () => bundleWithVite(),
  webpack: bundleWithWebpack,
};

describe.each(Object.keys(bundlers))('bundled by %s for production', (name) => {
  let bundle: Bundle;
  let browser: Browser | undefined;

  beforeAll(async () => {
    bundle = await bundlers[name]!();
    browser = chromium ? await launchChromium(chromium) : undefined;
  });
  afterAll(() => browser?.close());

  it('contains tfjs-core and its gradients once, as its own modules', () => {
    const count = (ending: string) => bundle.modules.filter((module) => module.endsWith(ending)).length;
    expect(count('tfjs-core/dist/engine.js')).toBe(1);
    expect(count('tfjs-core/dist/gradients/Tanh_grad.js')).toBe(1);
    expect(count('tfjs-gradients.node.js')).toBe(0);
    expect(count('tf-core.node.js')).toBe(0);
  });

  async function trainIn(query: string, isolated: boolean): Promise<Report> {
    const { url, server }: { url: string; server: Server } = await serve(bundle.directory, isolated);
    const page = await browser!.newPage();
    try {
      await page.goto(url + query);
      await page.waitForFunction('globalThis.report !== undefined');
      return (await page.evaluate('globalThis.report')) as Report;
    } finally {
      await page.close();
      server.close();
    }
  }

  it.skipIf(!chromium).each([
    ['unroll-cpu in a page', '?backend=cpu', false, false],
    ['unroll-cpu in a cross-origin-isolated page', '?backend=cpu', true, true],
    ['unroll-cpu in a Web Worker of a cross-origin-isolated page', '?backend=cpu&worker', true, true],
    ['onnxruntime in a page', '?backend=onnxruntime', false, false],
    ['onnxruntime in a cross-origin-isolated page', '?backend=onnxruntime', true, true],
    [
      'onnxruntime in a Web Worker of a cross-origin-isolated page',
      '?backend=onnxruntime&worker',
      true,
      false,
    ],
  ])(`a model trains on %s${noChromium}`, async (title, query, isolated, threads) => {
    const report = await trainIn(query, isolated);
    expect(title.startsWith(report.backend)).toBe(true);
    expect(report.oneEngine).toBe(true);
    expect(report.derivative).toBeCloseTo(12, 4);
    expect(report.losses.at(-1)).toBeLessThan(0.1);
    expect(report.savedAndLoaded).toBe(true);
    if (threads) expect(report.threads).toBeGreaterThan(1);
    else expect(report.threads).toBe(1);
  });
});
