import type { Scalar } from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { globalNorm, standOrFall, tidyResult } from '@unroll/backend/operations';
import { type ClipGradientsOptions, checkClipping, clipGradients, clippingKinds } from './clip-gradients.ts';
import type { LossResult, LossWithResults } from './handed-out.ts';
import {
  type AnyOptimizer,
  type LossAndResults,
  type LossFunction,
  lossAndGradientsFor,
} from './loss-and-gradients.ts';

const trainingStepKinds = { ...clippingKinds, errorIfNonfinite: kind.flag };

/** The limits of the gradients. */
export type UpdateOptions = ClipGradientsOptions;

export interface TrainingStepOptions extends UpdateOptions {
  /**
   * Reject where the norm of the gradients is NaN or infinite, before anything is updated. Default false: NaN then
   * reaches the parameters, as in PyTorch. With this option, each step waits for the device.
   */
  errorIfNonfinite?: boolean | undefined;
}

/**
 * One training step. It computes the gradients of the loss for the optimizer's trainable parameters, clips them if an
 * option asks for it, and updates the parameters. No tensor is left behind.
 *
 * @example
 * const loss = await trainingStep(optimizer, () => nn.crossEntropy(model.forward(batch.x), batch.y), { clipGradNorm: 1 });
 *
 * @returns the loss before the update, read asynchronously; `update` does the same without reading
 * @throws (rejects) where the loss is not one number, or depends on no trainable parameter of the optimizer; nothing is
 *   updated then
 */
export function trainingStep(
  optimizer: AnyOptimizer,
  lossFunction: LossFunction,
  options?: TrainingStepOptions,
): Promise<number>;
/**
 * A training step whose loss function hands out more than the loss: the hidden state, for truncated back-propagation through time.
 * The next step takes the state as it takes its input, and no gradient goes back through it.
 *
 * @example
 * let state: tf.Tensor3D | undefined;
 * for (const { x, y } of chunks) { // of one long sequence, in order
 *   const step = await trainingStep(optimizer, () => {
 *     const [output, next] = rnn.forward(x, state);
 *     return { loss: nn.mseLoss(output, y), state: next };
 *   });
 *   tf.dispose(state ?? []);
 *   state = step.state;
 * }
 *
 * @returns all that the loss function returned, the loss as a number. Its tensors are the caller's to dispose.
 */
export function trainingStep<Result extends LossWithResults>(
  optimizer: AnyOptimizer,
  lossFunction: LossFunction<Result>,
  options?: TrainingStepOptions,
): Promise<Omit<Result, 'loss'> & { loss: number }>;
export async function trainingStep(
  optimizer: AnyOptimizer,
  lossFunction: LossFunction<LossResult>,
  options: TrainingStepOptions = {},
): Promise<number | { loss: number }> {
  const given = checkOptions('trainingStep', options, trainingStepKinds);
  const { loss, gradients, totalNorm, handedOut } = clippedGradients(
    'trainingStep',
    optimizer,
    lossFunction,
    given,
  );
  try {
    try {
      if (given.errorIfNonfinite) await checkFiniteStep(loss, totalNorm!);
      optimizer.step(gradients);
      standOrFall([...gradients.keys()], loss);
    } finally {
      totalNorm?.dispose();
      for (const gradient of gradients.values()) gradient.dispose();
    }
    const [value] = await loss.data();
    return handedOut.withLoss(value!);
  } catch (error) {
    handedOut.dispose();
    throw error;
  } finally {
    loss.dispose();
  }
}

/**
 * `trainingStep` without reading the loss, for loops that read it only now and then. Such a loop does not wait for a
 * device that works asynchronously.
 *
 * @returns the loss before the update, a scalar, for the caller to dispose; nothing else is left behind
 */
export function update(optimizer: AnyOptimizer, lossFunction: LossFunction, options?: UpdateOptions): Scalar;
/** `update` with a loss function that hands out more than the loss, as `trainingStep` takes it. */
export function update<Result extends LossWithResults>(
  optimizer: AnyOptimizer,
  lossFunction: LossFunction<Result>,
  options?: UpdateOptions,
): Omit<Result, 'loss'> & { loss: Scalar };
export function update(
  optimizer: AnyOptimizer,
  lossFunction: LossFunction<LossResult>,
  options: UpdateOptions = {},
): Scalar | { loss: Scalar } {
  const given = checkOptions('update', options, clippingKinds);
  return tidyResult(() => {
    const { loss, gradients, handedOut } = clippedGradients('update', optimizer, lossFunction, given);
    return handedOut.unlessItFails(() => {
      optimizer.step(gradients);
      standOrFall([...gradients.keys()], loss);
      return handedOut.withLoss(loss);
    });
  });
}

/** Rejects if the loss or the norm of its gradients is NaN or infinite, and says which. */
async function checkFiniteStep(loss: Scalar, totalNorm: Scalar): Promise<void> {
  const [[value], [norm]] = await Promise.all([loss.data(), totalNorm.data()]);
  if (Number.isFinite(value) && Number.isFinite(norm)) return;
  const fault = Number.isFinite(value)
    ? `the loss is ${value}, but the norm of its gradients is ${norm}`
    : `the loss is ${value}`;
  throw new Error(`trainingStep: ${fault}; expected a finite number. Nothing was updated`);
}

interface ClippedGradients extends LossAndResults {
  /** The norm before clipping; present where it was needed */
  readonly totalNorm?: Scalar;
}

function clippedGradients(
  caller: string,
  optimizer: AnyOptimizer,
  lossFunction: LossFunction<LossResult>,
  { errorIfNonfinite = false, ...clipping }: TrainingStepOptions,
): ClippedGradients {
  checkClipping(caller, clipping);
  const { clipGradNorm, clipGradValue } = clipping;
  const { loss, gradients, handedOut } = lossAndGradientsFor(caller, optimizer, lossFunction);
  if (clipGradNorm === undefined && clipGradValue === undefined) {
    const norm = errorIfNonfinite && { totalNorm: globalNorm([...gradients.values()]) };
    return { loss, gradients, handedOut, ...norm };
  }
  try {
    const { grads, totalNorm = errorIfNonfinite && globalNorm([...grads.values()]) } = clipGradients(
      gradients,
      clipping,
    );
    return { loss, gradients: grads, handedOut, ...(totalNorm && { totalNorm }) };
  } catch (error) {
    loss.dispose();
    handedOut.dispose();
    throw error;
  } finally {
    for (const gradient of gradients.values()) gradient.dispose();
  }
}
