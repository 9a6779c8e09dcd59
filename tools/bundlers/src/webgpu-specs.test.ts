import { type BackendSpecs, specsScript, testSpecs } from '@unroll/backend-testkit';
import { afterAll, it } from 'vitest';
import exclusions from '../../../packages/backend-webgpu/test/tfjs-core-exclusions.json' with {
  type: 'json',
};
import { bundleWithVite } from './bundle.ts';
import { provideChromium } from './chromium.ts';
import { type OpenPage, openPage } from './open-page.ts';

const chromium = provideChromium();
let opened: OpenPage | undefined;

afterAll(() => opened?.close());

async function specsInPage(): Promise<BackendSpecs> {
  opened = await openPage(chromium!, await bundleWithVite('webgpu-specs-page'));
  const { page } = opened;
  await page.addScriptTag({ content: await specsScript() });
  const { backendName, specs } = await page.evaluate<BackendSpecs>(
    'collect(tfjsCoreSpecs).then((specs) => Object.assign(globalThis, { specs }).specs)',
  );
  return {
    backendName,
    specs,
    start: () => page.evaluate('specs.start()'),
    outcome: ({ id }) => page.evaluate(`specs.outcome({ id: '${id}' })`),
    finish: () => page.evaluate('specs.finish()'),
  };
}

if (chromium) testSpecs(specsInPage, { exclusions });
else it.skip('tfjs-core (there is no Chromium, and it cannot be installed here)');
