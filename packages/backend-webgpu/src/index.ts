export type { RecurrentKernel, WebgpuOptions } from './options.ts';
export type { WebgpuStatistics } from './statistics.ts';
export { flush, webgpu, webgpuStatistics } from './webgpu.ts';
