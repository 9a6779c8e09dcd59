import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleWithVite, bundleWithWebpack } from './bundle.ts';
import { type ChromiumOptions, provideChromium } from './chromium.ts';
import { openPage } from './open-page.ts';
import type { NamesReport } from './programs/names-page.ts';
import type { WebgpuReport } from './programs/webgpu-page.ts';

const chromium = provideChromium();
const noChromium = chromium ? '' : ' (skipped: there is no Chromium, and it cannot be installed here)';
const screenshot = join(import.meta.dirname, '..', 'reports', 'names-on-webgpu.png');

async function reportOf(bundle: Bundle, options: ChromiumOptions): Promise<WebgpuReport> {
  const { report, close } = await openPage(chromium!, bundle, options);
  try {
    return (await report()) as WebgpuReport;
  } finally {
    await close();
  }
}

describe.each([
  ['Vite', bundleWithVite],
  ['webpack', bundleWithWebpack],
])('the WebGPU backend bundled by %s for production', (_, bundled) => {
  let bundle: Bundle;
  beforeAll(async () => {
    bundle = await bundled('webgpu-page');
  });

  it('contains no Node files', () => {
    const nodes = bundle.modules.filter((module) =>
      /\.node\.js$|node_modules\/webgpu\/|browser-external:|^node:/.test(module),
    );
    expect(nodes).toEqual([]);
  });

  it.skipIf(!chromium)(
    `reads values that are on the GPU bit by bit, and not synchronously${noChromium}`,
    async () => {
      expect(await reportOf(bundle, { webgpu: true })).toEqual({
        backend: 'unroll-webgpu',
        sameBits: { 'numbers beside the usual': true, integers: true, 'many numbers': true },
        readSynchronously: expect.stringMatching(
          /^webgpu: what is on the GPU can only be read asynchronously/,
        ),
      });
    },
  );

  it.skipIf(!chromium)(`reports what is missing in a page without WebGPU${noChromium}`, async () => {
    const { unavailable } = await reportOf(bundle, {});
    expect(unavailable?.name).toBe('BackendUnavailableError');
    expect(unavailable?.message).toMatch(
      /unroll-webgpu: (WebGPU finds no adapter here|this browser has no WebGPU)/,
    );
  });
});

it.skipIf(!chromium)(`a page trains a classifier of names on WebGPU${noChromium}`, async () => {
  const { page, report, close } = await openPage(chromium!, await bundleWithVite('names-page'));
  try {
    const { backend, device, losses, accuracy, milliseconds } = (await report()) as NamesReport;
    await page.screenshot({ path: screenshot });
    console.info(
      `names on ${backend} (${device}): ${losses.length} steps in ${(milliseconds / 1000).toFixed(1)} s; ` +
        `loss ${losses[0]!.toFixed(3)} → ${losses.at(-1)!.toFixed(3)}; ${(100 * accuracy).toFixed(1)} % right of those held out`,
    );
    expect(backend).toBe('unroll-webgpu');
    expect(device).toMatch(/swiftshader/i);
    const mean = (some: number[]) => some.reduce((a, b) => a + b, 0) / some.length;
    expect(mean(losses.slice(-10))).toBeLessThan(0.8 * mean(losses.slice(0, 3)));
    expect(accuracy).toBeGreaterThan(0.7);
  } finally {
    await close();
  }
});
