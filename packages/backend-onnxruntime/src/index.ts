export { type Argument, type Compiled, type CompileOptions, compile } from '@unroll/backend';
export { flush, onnxruntime, onnxruntimeProfile, onnxruntimeStatistics } from './onnxruntime.ts';
export type { DumpedGraph, ExecutionProvider, OnnxruntimeOptions } from './options.ts';
export type { ProfileEntry } from './profile/profile.ts';
export type { OnnxruntimeStatistics } from './statistics.ts';
