import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { beforeAll, describe } from 'vitest';

const backends = [
  { name: 'tfjs-backend-cpu, with the portable kernels', use: () => tf.setBackend('cpu') },
  { name: 'backend-cpu', use: () => useBackend(cpu({ threads: 2 })) },
];

/** Runs the same tests on a backend without kernels of its own and on one with kernels. */
export function onEachBackend(tests: () => void): void {
  describe.each(backends)('on $name', ({ use }) => {
    beforeAll(async () => {
      await use();
    });
    tests();
  });
}
