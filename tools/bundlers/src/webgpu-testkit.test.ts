import { backendChecks } from '@unroll/backend-testkit';
import { webgpu } from '@unroll/backend-webgpu';
import { sampleOf } from '@unroll-tools/setup/short-form';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleWithVite } from './bundle.ts';
import { provideChromium } from './chromium.ts';
import { type OpenPage, openPage } from './open-page.ts';

const chromium = provideChromium();
const noChromium = chromium ? '' : ' (skipped: there is no Chromium, and it cannot be installed here)';

// The checks run in the page, which has the same list. Here they have their names.
const checks = backendChecks(webgpu()).map(({ group, name }, index) => ({ group, name, index }));

let opened: OpenPage;

describe.skipIf(!chromium)(`the WebGPU backend in a page${noChromium}`, () => {
  beforeAll(async () => {
    opened = await openPage(chromium!, await bundleWithVite('webgpu-testkit-page'), {
      webgpu: true,
      clearsWorkgroupMemory: false,
    });
  });
  afterAll(() => opened.close());

  it('has the same checks as in Node', async () => {
    expect(await opened.page.evaluate('testkit.names')).toEqual(
      checks.map(({ group, name }) => `${group} ${name}`),
    );
  });

  // The tests of packages/backend-webgpu run all of them in Node; `pnpm long webgpu-page` does so here.
  const half = sampleOf(checks, ({ group, name }) => `${group} ${name}`, 2);
  for (const [group, members] of Map.groupBy(half, (check) => check.group)) {
    describe(group, () => {
      for (const { name, index } of members) {
        it(name, async () => {
          const failure = await opened.page.evaluate(`testkit.runCheck(${index})`);
          if (failure !== undefined) expect.fail(String(failure));
        });
      }
    });
  }
});
