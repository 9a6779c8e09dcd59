export { onnxruntime } from './onnxruntime.ts';
export type { ExecutionProvider, OnnxruntimeOptions } from './options.ts';
