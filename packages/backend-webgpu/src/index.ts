export type { RecurrentKernel, WebgpuOptions } from './options.ts';
export type { WebgpuStatistics } from './statistics.ts';
export { webgpu, webgpuStatistics } from './webgpu.ts';
