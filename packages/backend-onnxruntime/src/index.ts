export { type CompiledFunction, type CompileOptions, compile } from '@unroll/backend';
export type { Argument } from '@unroll/backend/contract';
export { flush, onnxruntime, onnxruntimeProfile, onnxruntimeStatistics } from './onnxruntime.ts';
export type { DumpedGraph, ExecutionProvider, OnnxruntimeOptions } from './options.ts';
export type { ProfileEntry } from './profile/profile.ts';
export type { OnnxruntimeStatistics } from './statistics.ts';
