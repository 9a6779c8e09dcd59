import { beforeAll, expect, it } from 'vitest';
import { type Bundle, bundleWithVite } from './bundle.ts';
import { launchChromium, provideChromium } from './chromium.ts';
import type { CheckpointReport } from './programs/checkpoints-page.ts';
import { serve } from './serve.ts';

const chromium = provideChromium();
let bundle: Bundle;

beforeAll(async () => {
  bundle = await bundleWithVite('checkpoints-page');
});

it.skipIf(!chromium)('a page stores checkpoints that the next page reads', async () => {
  const browser = await launchChromium(chromium!);
  const { url, server } = await serve(bundle.directory, false);
  try {
    const page = await browser.newPage();
    const reports: CheckpointReport[] = [];
    for (let visit = 0; visit < 3; visit++) {
      await page.goto(url);
      await page.waitForFunction('globalThis.report !== undefined');
      reports.push((await page.evaluate('globalThis.report')) as CheckpointReport);
    }
    const names = ['step-00000100', 'step-00000200'];
    const latest = {
      step: 200,
      state: { mark: 2, best: Number.NEGATIVE_INFINITY },
      bits: [0x7fc0_1234, 0x8000_0000, 1],
    };
    const refused = "folder: path is 'runs'; there are no folders here, but under Node: a page has opfs";
    expect(reports).toEqual([
      { before: [], latest: undefined, after: names, folder: refused },
      { before: names, latest, after: [names[1]], folder: refused },
      { before: [names[1]], latest, after: [names[1]], folder: refused },
    ]);
  } finally {
    await browser.close();
    server.close();
  }
});
