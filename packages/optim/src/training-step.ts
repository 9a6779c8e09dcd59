import { type Scalar, tidy } from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { globalNorm, standOrFall } from '@unroll/backend/operations';
import {
  type ClipGradientsOptions,
  checkClipping,
  checkFinite,
  clipGradients,
  clippingKinds,
} from './clip-gradients.ts';
import {
  type AnyOptimizer,
  type LossAndGradients,
  type LossFunction,
  lossAndGradientsFor,
} from './loss-and-gradients.ts';

const trainingStepKinds = { ...clippingKinds, errorIfNonfinite: kind.flag };

/** How the gradients are limited. */
export type UpdateOptions = ClipGradientsOptions;

export interface TrainingStepOptions extends UpdateOptions {
  /**
   * Reject, before anything is updated, where the norm of the gradients is NaN or infinite. Default false: as in PyTorch, NaN
   * then goes into the parameters. It costs a wait for the device in each step.
   */
  errorIfNonfinite?: boolean | undefined;
}

/**
 * One training step: the gradients of the loss for the optimizer's trainable parameters, clipped if so asked, and the update.
 * No tensor is left behind.
 *
 * @example
 * const loss = await trainingStep(optimizer, () => nn.crossEntropy(model.forward(batch.x), batch.y), { clipGradNorm: 1 });
 *
 * @returns the loss before the update, read asynchronously; `update` does the same without reading
 * @throws (rejects) where the loss is not one number, or depends on no trainable parameter of the optimizer; nothing is
 *   updated then
 */
export async function trainingStep(
  optimizer: AnyOptimizer,
  lossFunction: LossFunction,
  options: TrainingStepOptions = {},
): Promise<number> {
  const given = checkOptions('trainingStep', options, trainingStepKinds);
  const { loss, gradients, totalNorm } = clippedGradients('trainingStep', optimizer, lossFunction, given);
  try {
    if (given.errorIfNonfinite) await checkFinite(totalNorm!);
    optimizer.step(gradients);
    standOrFall([...gradients.keys()], loss);
  } catch (error) {
    loss.dispose();
    throw error;
  } finally {
    totalNorm?.dispose();
    for (const gradient of gradients.values()) gradient.dispose();
  }
  try {
    const [value] = await loss.data();
    return value!;
  } finally {
    loss.dispose();
  }
}

/**
 * `trainingStep` without reading the loss, for loops that read it only now and then. They do not wait for a device that works
 * asynchronously.
 *
 * @returns the loss before the update, a scalar, for the caller to dispose; nothing else is left behind
 */
export function update(
  optimizer: AnyOptimizer,
  lossFunction: LossFunction,
  options: UpdateOptions = {},
): Scalar {
  const given = checkOptions('update', options, clippingKinds);
  return tidy(() => {
    const { loss, gradients } = clippedGradients('update', optimizer, lossFunction, given);
    optimizer.step(gradients);
    standOrFall([...gradients.keys()], loss);
    return loss;
  });
}

interface ClippedGradients extends LossAndGradients {
  /** Before clipping; there where it was needed */
  readonly totalNorm?: Scalar;
}

function clippedGradients(
  caller: string,
  optimizer: AnyOptimizer,
  lossFunction: LossFunction,
  { errorIfNonfinite = false, ...clipping }: TrainingStepOptions,
): ClippedGradients {
  checkClipping(caller, clipping);
  const { clipGradNorm, clipGradValue } = clipping;
  const { loss, gradients } = lossAndGradientsFor(caller, optimizer, lossFunction);
  if (clipGradNorm === undefined && clipGradValue === undefined) {
    return { loss, gradients, ...(errorIfNonfinite && { totalNorm: globalNorm([...gradients.values()]) }) };
  }
  try {
    const { grads, totalNorm = errorIfNonfinite && globalNorm([...grads.values()]) } = clipGradients(
      gradients,
      clipping,
    );
    return { loss, gradients: grads, ...(totalNorm && { totalNorm }) };
  } catch (error) {
    loss.dispose();
    throw error;
  } finally {
    for (const gradient of gradients.values()) gradient.dispose();
  }
}
