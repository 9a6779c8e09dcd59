import { expect, it } from 'vitest';
import { backends, gpuSupport } from './test-backends.ts';

const skipped = gpuSupport.supported ? '' : ` (skipped: ${gpuSupport.reason})`;

it.skipIf(!gpuSupport.supported)(`backend-webgpu is compared with PyTorch, too${skipped}`, () => {
  expect(backends.map(({ title }) => title)).toContainEqual(expect.stringContaining('backend-webgpu'));
});
