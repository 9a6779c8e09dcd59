import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import { Trainer } from '@unroll/train';
import { tokenTensors, trainingParts } from '../peers/unroll-training.ts';
import type { TrainingWorkload } from '../workload.ts';
import { workloadById } from '../workloads.ts';

export const workerBackends = { onnxruntime, cpu };

/** The data of a training of E2E. */
export interface E2ETraining {
  readonly backend: keyof typeof workerBackends;
  readonly threads: number;
  readonly steps: number;
}

export async function createTrainer({ backend, threads, steps }: E2ETraining) {
  await useBackend(workerBackends[backend]({ threads }));
  const workload = workloadById('E2E') as TrainingWorkload;
  return new Trainer({
    ...trainingParts(workload),
    batches: () => tokenTensors(workload),
    weight: ({ lengths }) => lengths.length,
    steps,
  });
}
