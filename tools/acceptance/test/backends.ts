import '@tensorflow/tfjs-backend-cpu';
import { type Backend, tfjsBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';

/** Every backend by name: rows for `describe.each('on %s')`. */
export const backends: readonly (readonly [string, Backend])[] = [
  tfjsBackend('cpu'),
  cpu({ threads: 2 }),
  onnxruntime({ threads: 2 }),
].map((backend) => [backend.name, backend]);
