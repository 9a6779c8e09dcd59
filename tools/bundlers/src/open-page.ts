import type { Page } from 'playwright-core';
import type { Bundle } from './bundle.ts';
import { type ChromiumOptions, launchChromium } from './chromium.ts';
import { serve } from './serve.ts';

export interface OpenPage {
  readonly page: Page;
  /** The page's report. An error of the page is thrown. */
  report(): Promise<unknown>;
  /** Closes the page and its browser. */
  close(): Promise<void>;
}

/** Opens a bundled page in its own Chromium. */
export async function openPage(
  executablePath: string,
  { directory }: Bundle,
  options: ChromiumOptions = { webgpu: true },
): Promise<OpenPage> {
  const browser = await launchChromium(executablePath, options);
  const { url, server } = await serve(directory, false);
  const page = await browser.newPage();
  await page.goto(url);
  return {
    page,
    async report() {
      await page.waitForFunction('globalThis.report !== undefined', undefined, { timeout: 0 });
      return page.evaluate('globalThis.report');
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}
