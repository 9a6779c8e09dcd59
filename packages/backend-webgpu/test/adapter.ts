import { webgpu } from '../src/webgpu.ts';

/**
 * Of the backend as tests take it: on an adapter in software, which gives the same digits everywhere. Dawn rounds times to 65 µs, which makes
 * some of them 0, and has workgroup memory cleared, which SwiftShader compiles for a second; tfjs-core's specs and training run in pages of Chromium with that.
 */
export const options = {
  forceFallbackAdapter: true,
  dawnFlags: ['disable-dawn-features=timestamp_quantization', 'enable-dawn-features=disable_workgroup_init'],
} as const;

const support = await webgpu(options).support();

export const isThere = support.supported;

/** Behind a name of tests: why they are skipped */
export const whySkipped = support.supported ? '' : ` (skipped: ${support.reason})`;
