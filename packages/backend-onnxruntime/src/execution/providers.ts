import type { ExecutionProvider, OnnxruntimeOptions } from '../options.ts';

export const nameOf = (provider: ExecutionProvider): string =>
  typeof provider === 'string' ? provider : provider.name;

const GPU_PROVIDERS = ['cuda', 'dml', 'webgpu', 'tensorrt', 'rocm', 'migraphx'];

/** The device that runs most of a graph: that of the first provider. */
export function deviceOf({ executionProviders: [first] = ['cpu'] }: OnnxruntimeOptions): 'cpu' | 'gpu' {
  return GPU_PROVIDERS.includes(nameOf(first!)) ? 'gpu' : 'cpu';
}
