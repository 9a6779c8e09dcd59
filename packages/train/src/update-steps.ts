import { dispose, type Scalar, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { type CompileOptions, compile } from '@unroll/backend';
import { globalNorm } from '@unroll/backend/operations';
import { type ClipGradientsOptions, clipGradients, lossAndGradients, type Optimizer } from '@unroll/optim';

export interface UpdateStepsOptions<Batch> extends ClipGradientsOptions {
  readonly optimizer: Optimizer;
  readonly loss: (batch: Batch) => Tensor;
  readonly compile?: boolean | CompileOptions | undefined;
}

/** The gradients of a batch. The caller disposes of all tensors. */
export interface BatchGradients {
  readonly loss: Scalar;
  /** The gradients of the trainable parameters on which the loss depends */
  readonly gradients: Map<Variable, Tensor>;
  /** The 2-norm of all gradients together */
  readonly norm: Scalar;
}

/**
 * The two parts of an update: computing a batch's gradients, and stepping the optimizer with them. With the `compile`
 * option both are captured and replayed.
 */
export class UpdateSteps<Batch> {
  readonly #optimizer: Optimizer;
  readonly #gradientsOf: (batch: Batch) => ListedGradients;
  readonly #step: (gradients: OfParameters) => void;
  readonly #compiled: readonly { dispose(): void }[];

  constructor({ optimizer, loss, compile: how = false, ...clipping }: UpdateStepsOptions<Batch>) {
    this.#optimizer = optimizer;
    const gradientsOf = (batch: Batch): ListedGradients => {
      const made = lossAndGradients(optimizer, () => loss(batch));
      const norm = globalNorm([...made.gradients.values()]);
      return { loss: made.loss, norm, gradients: this.#listed(made.gradients) };
    };
    const step = (gradients: OfParameters): void => {
      const { grads, totalNorm } = clipGradients(this.#byParameter(gradients), clipping);
      try {
        optimizer.step(grads);
      } finally {
        totalNorm?.dispose();
        dispose([...grads.values()]);
      }
    };
    const options = how === true ? {} : how;
    const compiled = options && {
      // `compile` checks each batch when it is called, so any batch type may be passed.
      gradientsOf: compile((batch: never) => gradientsOf(batch), options),
      step: compile(step, options),
    };
    this.#gradientsOf = compiled ? (batch) => compiled.gradientsOf(batch as never) : gradientsOf;
    this.#step = compiled ? compiled.step : step;
    this.#compiled = compiled ? Object.values(compiled) : [];
  }

  gradientsOf(batch: Batch): BatchGradients {
    const { gradients, ...rest } = this.#gradientsOf(batch);
    return { ...rest, gradients: this.#byParameter(gradients) };
  }

  /** Clips the gradients and steps the optimizer with them. The given gradients are not changed. */
  step(gradients: ReadonlyMap<Variable, Tensor>): void {
    this.#step(this.#listed(gradients));
  }

  /** Frees the captures. */
  dispose(): void {
    for (const compiled of this.#compiled) compiled.dispose();
  }

  #listed(gradients: ReadonlyMap<Variable, Tensor>): OfParameters {
    return this.#optimizer.parameters().map((parameter) => gradients.get(parameter));
  }

  #byParameter(gradients: OfParameters): Map<Variable, Tensor> {
    const entries = this.#optimizer
      .parameters()
      .map((parameter, i): [Variable, Tensor | undefined] => [parameter, gradients[i]]);
    return new Map(entries.filter((entry): entry is [Variable, Tensor] => entry[1] !== undefined));
  }
}

/** In the order of the optimizer's parameters: captured functions take and return lists. */
type OfParameters = readonly (Tensor | undefined)[];

interface ListedGradients extends Omit<BatchGradients, 'gradients'> {
  readonly gradients: OfParameters;
}
