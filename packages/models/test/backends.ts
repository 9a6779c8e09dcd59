import '@tensorflow/tfjs-backend-cpu';
import { tfjsBackend, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import { beforeAll, describe } from 'vitest';

const backends = [
  { name: 'portable', make: () => tfjsBackend('cpu') },
  { name: 'cpu', make: () => cpu({ threads: 1 }) },
  { name: 'onnxruntime', make: () => onnxruntime({ threads: 1 }) },
];

/** Runs the same tests on the portable kernels, on backend-cpu and on backend-onnxruntime. */
export function onEachBackend(tests: (name: string) => void): void {
  describe.each(backends)('on $name', ({ name, make }) => {
    beforeAll(async () => {
      await useBackend(make());
    });
    tests(name);
  });
}
