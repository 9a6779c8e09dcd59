import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { shown } from '@unroll/backend/checks';
import type { Mode } from '@unroll/backend/contract';
import { ArgumentError } from '@unroll/backend/errors';
import { recurrent } from '@unroll/backend/operations';
import { sizesAndOptionText } from '../option-text.ts';
import type { Walk } from './cell.ts';
import { createDirectionWeights, type DirectionWeights } from './direction-weights.ts';
import type { RecurrentLayerOptions } from './layer-options.ts';
import type { LayerState, StateTensor } from './layer-states.ts';
import { type LayerOutputs, RecurrentStack } from './recurrent-stack.ts';

/**
 * A stack of layers that have a kernel in the contract: the common part of `RNN`, `LSTM` and `GRU`. Its parameters
 * have PyTorch's keys: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, `weight_hr_l0`, then the same with
 * `_reverse`, then the next layer's. All are drawn from U(−1/√H, 1/√H).
 */
export abstract class RecurrentLayer extends RecurrentStack {
  readonly mode: Mode;
  readonly hiddenSize: number;
  readonly bias: boolean;
  /** P, or 0 without a projection */
  readonly projSize: number;
  /** By layer, forward before reverse. */
  readonly #weights: DirectionWeights[] = [];

  protected constructor(
    mode: Mode,
    {
      hiddenSize,
      bias = true,
      projSize = 0,
      ...stack
    }: RecurrentLayerOptions & { projSize?: number | undefined },
  ) {
    super(new.target.name, stack);
    checkProjection(new.target.name, projSize, hiddenSize);
    this.mode = mode;
    this.hiddenSize = hiddenSize;
    this.bias = bias;
    this.projSize = projSize;

    for (let layer = 0; layer < this.numLayers; layer++) {
      const features = layer === 0 ? this.inputSize : this.numDirections * this.outputSize;
      for (let direction = 0; direction < this.numDirections; direction++) {
        const suffix = `_l${layer}${direction === 1 ? '_reverse' : ''}`;
        const sizes = { inputSize: features, hiddenSize, projSize, bias };
        this.#weights.push(
          createDirectionWeights(mode, sizes, (key, parameter) =>
            this.registerParameter(key + suffix, parameter),
          ),
        );
      }
    }
  }

  override extraRepr(): string {
    const { inputSize, hiddenSize, projSize, numLayers, bias, batchFirst, dropout, bidirectional } = this;
    return sizesAndOptionText(
      [inputSize, hiddenSize],
      { projSize, numLayers, bias, batchFirst, dropout, bidirectional },
      { projSize: 0, numLayers: 1, bias: true, batchFirst: false, dropout: 0, bidirectional: false },
    );
  }

  /** Features of the hidden state and of each direction's output: P with a projection, else H. */
  override get outputSize(): number {
    return this.projSize || this.hiddenSize;
  }

  /** Features of each state: `[P|H]`, or `[P|H, H]` for an LSTM. */
  override get stateSizes(): readonly number[] {
    return this.mode === 'lstm' ? [this.outputSize, this.hiddenSize] : [this.outputSize];
  }

  /**
   * The parameters of one layer (from 0) in one direction (0 forward, 1 reverse).
   *
   * @throws where there is no such layer or direction
   */
  weights(layer: number, direction = 0): DirectionWeights {
    const { numLayers, numDirections } = this;
    if (!(layer >= 0 && layer < numLayers && direction >= 0 && direction < numDirections)) {
      throw new Error(
        `${this.constructor.name}.weights: layer is ${layer} and direction is ${direction}; there are ` +
          `${numLayers} layers and ${numDirections} directions, both counted from 0`,
      );
    }
    return this.#weights[layer * numDirections + direction]!;
  }

  protected override stateTensors(): readonly StateTensor[] {
    const letters = [this.projSize > 0 ? 'P' : 'H', 'H'];
    return this.stateSizes.map((size, i) => ({
      argument: ['h0', 'c0'][i]!,
      sizes: [size],
      axes: [letters[i]!],
      dtype: 'float32',
    }));
  }

  protected override runLayer(
    index: number,
    x: Tensor3D,
    [h0, c0]: LayerState,
    { reverse, lengths }: Walk,
  ): LayerOutputs {
    const { y, hN, cN } = recurrent(
      {
        x,
        ...this.#weights[index]!,
        h0: h0 as Tensor2D | undefined,
        c0: c0 as Tensor2D | undefined,
        lengths,
      },
      { mode: this.mode, reverse },
    );
    return { y, state: cN ? [hN, cN] : [hN] };
  }
}

function checkProjection(name: string, projSize: number, hiddenSize: number): void {
  if (!(Number.isInteger(projSize) && projSize >= 0 && projSize < hiddenSize)) {
    throw new ArgumentError(
      name,
      'projSize',
      `is ${shown(projSize)}; expected 0, for none, or a whole number less than hiddenSize, ${hiddenSize}`,
    );
  }
}
