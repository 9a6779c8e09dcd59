export { type Argument, type Compiled, compile } from './compile/compile.ts';
export { onnxruntime } from './onnxruntime.ts';
export type { ExecutionProvider, OnnxruntimeOptions } from './options.ts';
