import { reshape, type Scalar, Tensor, tidy, Variable } from '@tensorflow/tfjs-core';
import { checkDtype, checkOptions, checkValue, kind, shapeText } from '@unroll/backend/checks';
import { valueAndGradients } from '@unroll/backend/engine';
import { dependsOn, globalNorm, standOrFall } from '@unroll/backend/operations';
import {
  type ClipGradNormOptions,
  checkFinite,
  clipGradNorm,
  clipGradNormKinds,
  clipGradValue,
} from './clip-gradients.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';

/** Computes the loss of one batch. What it allocates is freed for it. */
export type LossFunction = () => Tensor;

/** Any optimizer, whatever its options. */
type AnyOptimizer = Pick<Optimizer<OptimizerOptions>, 'parameters' | 'step'>;

export interface UpdateOptions {
  /** Limit each element of the gradients to ±this, before the norm is clipped. */
  clipGradValue?: number | undefined;
  /** Limit the norm of all gradients together. */
  clipGradNorm?: number | ({ maxNorm: number } & ClipGradNormOptions) | undefined;
}

const optimizerKind: kind.Kind = {
  expected: 'an optimizer',
  fits: (value) => typeof (value as Partial<AnyOptimizer> | null)?.parameters === 'function',
};

const normKinds = { ...clipGradNormKinds, maxNorm: kind.required(kind.atLeast(0)) };

const updateKinds = {
  clipGradValue: kind.atLeast(0),
  // An object's own options are checked apart.
  clipGradNorm: kind.either(kind.atLeast(0), { ...kind.record, expected: 'an object with maxNorm' }),
};

const trainingStepKinds = { ...updateKinds, errorIfNonfinite: kind.flag };

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
  const given = checkOptions('update', options, updateKinds);
  return tidy(() => {
    const { loss, gradients } = clippedGradients('update', optimizer, lossFunction, given);
    optimizer.step(gradients);
    standOrFall([...gradients.keys()], loss);
    return loss;
  });
}

interface ClippedGradients {
  loss: Scalar;
  gradients: Map<Variable, Tensor>;
  /** Before clipping; there where it was needed */
  totalNorm?: Scalar;
}

function clippedGradients(
  caller: string,
  optimizer: AnyOptimizer,
  lossFunction: LossFunction,
  { clipGradNorm: norm, clipGradValue: bound, errorIfNonfinite = false }: TrainingStepOptions,
): ClippedGradients {
  checkValue(caller, 'optimizer', optimizer, kind.required(optimizerKind));
  checkValue(caller, 'lossFunction', lossFunction, kind.required(kind.func));
  if (typeof norm === 'object') checkOptions(`${caller}: clipGradNorm`, norm, normKinds);
  dependsOn(() => optimizer.parameters().map(({ trainable }) => trainable));
  const parameters = optimizer.parameters().filter((parameter) => parameter.trainable);
  if (parameters.length === 0) {
    throw new Error(`${caller}: none of the optimizer's parameters is trainable`);
  }
  const disposed = parameters.find((parameter) => parameter.isDisposed);
  if (disposed) throw new Error(`${caller}: the optimizer's variable ${disposed.name} is disposed`);

  // tidy keeps the tensors of lists and plain objects, and does not look into a Map.
  const { loss, totalNorm, list } = tidy(() => {
    const { value, grads } = valueAndGradients(() => checkedLoss(caller, lossFunction()), parameters);

    if (!grads.some((gradient) => gradient)) {
      throw new Error(
        `${caller}: the loss depends on none of the optimizer's trainable parameters; compute it from them with ` +
          'TensorFlow.js operations, inside the function',
      );
    }
    const entries = parameters.flatMap((parameter, i): [Variable, Tensor][] =>
      grads[i] ? [[parameter, grads[i]]] : [],
    );
    let gradients = new Map(entries);
    if (bound !== undefined) gradients = clipGradValue(gradients, bound);
    let totalNorm: Scalar | undefined;
    if (norm !== undefined) {
      const { maxNorm, ...options } = typeof norm === 'object' ? norm : { maxNorm: norm };
      ({ grads: gradients, totalNorm } = clipGradNorm(gradients, maxNorm, options));
    } else if (errorIfNonfinite) {
      totalNorm = globalNorm([...gradients.values()]);
    }
    const list = parameters.map((parameter) => gradients.get(parameter));
    return { loss: value as Scalar, list, ...(totalNorm && { totalNorm }) };
  });
  const gradients = new Map(parameters.flatMap((parameter, i) => (list[i] ? [[parameter, list[i]]] : [])));
  return { loss, gradients, ...(totalNorm && { totalNorm }) };
}

function checkedLoss(caller: string, loss: unknown): Tensor {
  if (loss instanceof Promise) {
    throw new Error(`${caller}: the loss function returned a promise; it has to be synchronous`);
  }
  if (!(loss instanceof Tensor)) {
    throw new Error(`${caller}: the loss function returned ${String(loss)}; expected a scalar tensor`);
  }
  if (loss.size !== 1) {
    throw new Error(
      `${caller}: the loss has shape ${shapeText(loss.shape)}; expected one number: reduce it, by tf.mean for instance`,
    );
  }
  checkDtype(caller, 'the loss', loss, 'float32');
  // A loss that is a parameter itself must not be disposed as the loss.
  return loss.rank === 0 && !(loss instanceof Variable) ? loss : reshape(loss, []);
}
