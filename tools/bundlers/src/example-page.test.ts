import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { emptyFolder } from './bundle.ts';
import { launchChromium, provideChromium } from './chromium.ts';
import { serve } from './serve.ts';

const chromium = provideChromium();
const reason = chromium ? '' : ' (skipped: there is no Chromium, and it cannot be installed here)';
const page = 'in-the-browser.html';

it.skipIf(!chromium)(
  `the page of the examples learns a wave, goes on with it and draws it${reason}`,
  async () => {
    const root = fileURLToPath(new URL('../../../examples', import.meta.url));
    const outDir = emptyFolder('example-page');
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      build: { outDir, rolldownOptions: { input: `${root}/${page}` } },
    });
    const browser = await launchChromium(chromium!);
    const { url, server } = await serve(outDir, false);
    try {
      const tab = await browser.newPage();
      await tab.goto(url + page);
      const said = await tab.getByText('at most').textContent({ timeout: 0 });
      const [, loss, worst] = /^Step 300: loss (.*)\. It went on .* by (.*) at most\.$/.exec(said!)!;
      expect(Number(loss)).toBeLessThan(0.002);
      expect(Number(worst)).toBeLessThan(0.5);
      const inked = await tab.evaluate(
        `document.querySelector('canvas').getContext('2d').getImageData(0, 0, 600, 200).data.filter((value) => value > 0).length`,
      );
      expect(inked).toBeGreaterThan(600);
    } finally {
      await browser.close();
      server.close();
    }
  },
);
