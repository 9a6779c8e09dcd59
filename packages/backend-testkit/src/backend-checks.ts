import '@tensorflow/tfjs-backend-cpu';
import { type Backend, tfjsBackend } from '@unroll/backend';
import { backendObjectChecks } from './backend-object-checks.ts';
import { backendSwapChecks } from './backend-swap-checks.ts';
import type { Check, Subject, Tolerances } from './check.ts';
import { compileChecks } from './compile-checks.ts';
import { digitChecks } from './digit-checks.ts';
import { emptyBatchChecks } from './empty-batch-checks.ts';
import { everyOperationChecks } from './every-operation-checks.ts';
import { indexChecks } from './index-checks.ts';
import { crossEntropyChecks } from './kernels/cross-entropy-checks.ts';
import { ctcChecks } from './kernels/ctc-checks.ts';
import { dropoutChecks } from './kernels/dropout-checks.ts';
import { embeddingChecks } from './kernels/embedding-checks.ts';
import { optimizerChecks } from './kernels/optimizer-checks.ts';
import { paddingChecks } from './kernels/padding-checks.ts';
import { longContractionChecks } from './long-contraction-checks.ts';
import { longSumChecks } from './long-sum-checks.ts';
import { recurrentChecks } from './recurrent/recurrent-checks.ts';
import { refusalChecks } from './refusal-checks.ts';
import { torchChecks } from './torch/torch-checks.ts';

export interface BackendTestOptions extends Partial<Tolerances> {
  /** Default: 1e-5 */
  forwardTolerance?: number;
  /** Default: 1e-4 */
  gradientTolerance?: number;
}

const groups: readonly ((subject: Subject) => Check[])[] = [
  backendObjectChecks,
  backendSwapChecks,
  recurrentChecks,
  crossEntropyChecks,
  ctcChecks,
  dropoutChecks,
  embeddingChecks,
  optimizerChecks,
  paddingChecks,
  torchChecks,
  digitChecks,
  indexChecks,
  everyOperationChecks,
  compileChecks,
  emptyBatchChecks,
  longSumChecks,
  longContractionChecks,
  refusalChecks,
];

/**
 * All requirements of the contract on a backend, one check each, for any test runner. `testBackend` wraps them for
 * vitest.
 */
export function backendChecks(
  backend: Backend,
  { forwardTolerance = 1e-5, gradientTolerance = 1e-4 }: BackendTestOptions = {},
): Check[] {
  const reference = tfjsBackend('cpu');
  const subject: Subject = {
    backend,
    // Two backend objects with the same name would replace each other in turn.
    reference: backend.name === reference.name ? backend : reference,
    forwardTolerance,
    gradientTolerance,
  };
  return groups.flatMap((checks) => checks(subject));
}
