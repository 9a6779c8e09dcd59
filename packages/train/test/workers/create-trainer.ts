import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import { folder, Trainer } from '@unroll/train';
import { tinyRun } from '../tiny-run.ts';

const backends = { cpu, onnxruntime };

/** The data of the tests' worker. */
export interface TinyTraining {
  readonly backend: keyof typeof backends;
  readonly steps: number;
  readonly checkpoints?: string;
  readonly fails?: boolean;
}

export async function createTrainer({ backend, steps, checkpoints, fails }: TinyTraining) {
  await useBackend(backends[backend]());
  const { options } = tinyRun(Math.max(steps, 200));
  return new Trainer({
    ...options,
    ...(fails && {
      loss: () => {
        throw new Error('this loss fails');
      },
    }),
    steps,
    ...(checkpoints !== undefined && { checkpoints: { store: folder(checkpoints) } }),
  });
}
