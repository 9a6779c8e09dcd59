import { reshape, type Scalar, Tensor, tidy, Variable } from '@tensorflow/tfjs-core';
import { checkDtype, checkValue, disposedFault, kind, shapeText } from '@unroll/backend/checks';
import { valueAndGradients } from '@unroll/backend/engine';
import { ArgumentError } from '@unroll/backend/errors';
import { dependsOn } from '@unroll/backend/operations';
import { HandedOut, type LossResult, type Results } from './handed-out.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';

/** Computes the loss of one batch. The tensors that it allocates are freed for it, except those of a `LossWithResults`. */
export type LossFunction<Result extends LossResult = Tensor> = () => Result;

/** Any optimizer, whatever its options. */
export type AnyOptimizer = Pick<Optimizer<OptimizerOptions>, 'parameters' | 'step'>;

/** A loss and its gradients. The caller disposes all of them. */
export interface LossAndGradients {
  readonly loss: Scalar;
  /** The gradients of the trainable parameters that the loss depends on */
  readonly gradients: Map<Variable, Tensor>;
}

/** The same, with what the loss function handed out beside the loss. */
export interface LossAndResults extends LossAndGradients {
  readonly handedOut: HandedOut;
}

const optimizerKind: kind.Kind = {
  expected: 'an optimizer',
  fits: (value) => typeof (value as Partial<AnyOptimizer> | null)?.parameters === 'function',
};

/**
 * Computes a loss and its gradients for an optimizer's trainable parameters. It neither clips nor updates. It is for
 * steps that `trainingStep` has no option for, such as adding up the gradients of several batches before
 * `optimizer.step(gradients)`.
 *
 * @returns tensors for the caller to dispose, with those that the loss function handed out; nothing else is left behind
 * @throws where the loss is not one number, or depends on no trainable parameter of the optimizer
 */
export function lossAndGradients<Result extends LossResult>(
  optimizer: AnyOptimizer,
  lossFunction: LossFunction<Result>,
): LossAndGradients & Omit<Results<Result>, 'gradients'> {
  const { handedOut, ...computed } = lossAndGradientsFor('lossAndGradients', optimizer, lossFunction);
  return { ...(handedOut.results as Results<Result>), ...computed };
}

/** `lossAndGradients`, with errors that name `caller`. */
export function lossAndGradientsFor(
  caller: string,
  optimizer: AnyOptimizer,
  lossFunction: LossFunction<LossResult>,
): LossAndResults {
  checkValue(caller, 'optimizer', optimizer, kind.required(optimizerKind));
  checkValue(caller, 'lossFunction', lossFunction, kind.required(kind.func));
  dependsOn(() => optimizer.parameters().map(({ trainable }) => trainable));
  const parameters = optimizer.parameters().filter((parameter) => parameter.trainable);
  if (parameters.length === 0) {
    throw new Error(`${caller}: none of the optimizer's parameters is trainable`);
  }
  const disposed = parameters.find((parameter) => parameter.isDisposed);
  if (disposed) throw new ArgumentError(caller, 'a parameter of the optimizer', disposedFault('', disposed));

  // tidy keeps the tensors of lists and plain objects, and does not look into a Map.
  const handedOut = new HandedOut();
  const computed = (): { loss: Scalar; list: (Tensor | undefined)[] } => {
    const lossTensor = () => checkedLoss(caller, handedOut.take(caller, lossFunction()));
    const { value, grads } = valueAndGradients(lossTensor, parameters);
    if (!grads.some((gradient) => gradient)) {
      throw new Error(
        `${caller}: the loss depends on none of the optimizer's trainable parameters; compute it from them with ` +
          'TensorFlow.js operations, inside the function',
      );
    }
    return { loss: value as Scalar, list: grads.map((gradient) => gradient ?? undefined) };
  };
  const { loss, list } = handedOut.unlessItFails(() => tidy(computed));
  const gradients = parameters.flatMap((parameter, i): [Variable, Tensor][] =>
    list[i] ? [[parameter, list[i]]] : [],
  );
  return { loss, gradients: new Map(gradients), handedOut };
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
