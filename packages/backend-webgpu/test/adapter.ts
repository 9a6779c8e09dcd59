import { webgpu } from '../src/webgpu.ts';

/**
 * Options for tests of the backend: a software adapter, which gives the same digits everywhere. By default, Dawn rounds
 * times to 65 µs, which makes some of them 0. It also clears workgroup memory, which takes SwiftShader a second to
 * compile. tfjs-core's specs and training run in pages of Chromium with these defaults.
 */
export const options = {
  forceFallbackAdapter: true,
  dawnFlags: ['disable-dawn-features=timestamp_quantization', 'enable-dawn-features=disable_workgroup_init'],
} as const;

const support = await webgpu(options).support();

export const isThere = support.supported;

/** Appended to names of tests: the reason why they are skipped */
export const whySkipped = support.supported ? '' : ` (skipped: ${support.reason})`;
