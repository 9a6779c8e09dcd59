import '@tensorflow/tfjs-backend-cpu';
import { type Backend, tfjsBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';

type Options = { threads?: number };

/**
 * What `--backend` may name, the fastest first. `portable` is TensorFlow.js's own CPU backend, in plain JavaScript, with the
 * portable kernels: slow, and there wherever JavaScript is.
 */
export const backendChoices: Readonly<Record<string, (options: Options) => Backend>> = {
  onnxruntime,
  cpu,
  portable: () => tfjsBackend('cpu'),
};

/** The backends to try: the one that is named, or else all, the fastest first. */
export function backendsFor(name: string | undefined, options: Options): Backend[] {
  const choices = name === undefined ? Object.values(backendChoices) : [backendChoices[name]!];
  return choices.map((make) => make(options));
}
