import {
  expandDims,
  reshape,
  squeeze,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tensor1d,
  unstack,
} from '@tensorflow/tfjs-core';
import { shown } from '@unroll/backend/checks';
import type { Mode } from '@unroll/backend/contract';
import { ArgumentError } from '@unroll/backend/errors';
import { dependsOn, liveAttrs, philoxDropout, recurrent, tidyResult } from '@unroll/backend/operations';
import { swapBatchAndTime } from '../layout.ts';
import { Module } from '../module.ts';
import { PackedSequence } from '../packing/packed-sequence.ts';
import { defaultGenerator } from '../random/default-generator.ts';
import { checkInput, checkState } from './check-input.ts';
import { concatFeatures, stackStates } from './concat-and-stack.ts';
import { createDirectionWeights, type DirectionWeights } from './direction-weights.ts';
import { checkDropout, type RecurrentLayerOptions } from './layer-options.ts';

export interface InitialStates {
  h0?: Tensor | undefined;
  c0?: Tensor | undefined;
}

/** What a layer of any mode computes. States are `[D·numLayers, N, …]`, or without N where the input was unbatched. */
export interface LayerOutputs {
  output: Tensor | PackedSequence;
  hN: Tensor;
  cN: Tensor | undefined;
}

/** The states of all layers and directions, `[N, …]` each: layer by layer, forward before reverse. */
interface States {
  h: Tensor2D[];
  c: Tensor2D[];
}

/**
 * A stack of recurrent layers, in one direction or both: what `RNN`, `LSTM` and `GRU` share. Keys of its parameters are
 * PyTorch's: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, `weight_hr_l0`, then the same with `_reverse`, then the
 * next layer's. All are drawn from U(−1/√H, 1/√H).
 */
export abstract class RecurrentLayer extends Module {
  readonly mode: Mode;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  /** P, or 0 without a projection */
  readonly projSize: number;
  /** By layer, forward before reverse. */
  readonly #weights: DirectionWeights[] = [];

  protected constructor(
    mode: Mode,
    {
      inputSize,
      hiddenSize,
      numLayers = 1,
      bias = true,
      batchFirst = false,
      dropout = 0,
      bidirectional = false,
      projSize = 0,
    }: RecurrentLayerOptions & { projSize?: number | undefined },
  ) {
    super();
    const { name } = this.constructor;
    checkDropout(name, dropout, numLayers);
    checkProjection(name, projSize, hiddenSize);
    this.mode = mode;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = dropout;
    this.bidirectional = bidirectional;
    this.projSize = projSize;

    for (let layer = 0; layer < numLayers; layer++) {
      const features = layer === 0 ? inputSize : this.numDirections * this.outputSize;
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

  /** D: 2 where bidirectional, else 1. */
  get numDirections(): number {
    return this.bidirectional ? 2 : 1;
  }

  /** Features of the hidden state and of each direction's output: P with a projection, else H. */
  get outputSize(): number {
    return this.projSize || this.hiddenSize;
  }

  /** Features of each state: `[P|H]`, of an LSTM `[P|H, H]`. */
  get stateSizes(): readonly number[] {
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

  /** Runs the stack on `[L, N, I]` (`[N, L, I]` where `batchFirst`), `[L, I]` or a packed sequence. */
  protected run(input: Tensor | PackedSequence, initial: InitialStates): LayerOutputs {
    return tidyResult(() => {
      if (input instanceof PackedSequence) return this.#runPacked(input, initial);
      const batchedLayout = this.batchFirst ? (['N', 'L'] as const) : (['L', 'N'] as const);
      checkInput(`${this.constructor.name}.forward`, input, [batchedLayout, ['L']], this.inputSize);
      return input.rank === 2
        ? this.#runUnbatched(input as Tensor2D, initial)
        : this.#runBatch(input as Tensor3D, initial);
    });
  }

  #runPacked(input: PackedSequence, initial: InitialStates): LayerOutputs {
    const { padded, lengths } = input;
    checkInput(`${this.constructor.name}.forward`, padded, [['L', 'N']], this.inputSize);
    const [steps, rows] = padded.shape as [number, number];
    const isRagged = lengths.some((length) => length !== steps);
    const { output, states } = this.#stack(
      padded as Tensor3D,
      this.#separate(initial, [rows]),
      isRagged ? tensor1d([...lengths], 'int32') : undefined,
    );
    return { output: input.withPadded(output), ...stackLayers(states) };
  }

  #runBatch(input: Tensor3D, initial: InitialStates): LayerOutputs {
    const timeMajor = this.batchFirst ? swapBatchAndTime(input) : input;
    const { output, states } = this.#stack(timeMajor, this.#separate(initial, [timeMajor.shape[1]]));
    return { output: this.batchFirst ? swapBatchAndTime(output) : output, ...stackLayers(states) };
  }

  #runUnbatched(input: Tensor2D, initial: InitialStates): LayerOutputs {
    const { output, states } = this.#stack(expandDims(input, 1), this.#separate(initial, []));
    const { hN, cN } = stackLayers(states);
    return { output: squeeze(output, [1]), hN: squeeze(hN, [1]), cN: cN && squeeze(cN, [1]) };
  }

  /** All layers, one after another, on `[T, N, I]`. */
  #stack(input: Tensor3D, initial: States, lengths?: Tensor1D): { output: Tensor3D; states: States } {
    const states: States = { h: [], c: [] };
    let features = input; // [T, N, I], above the first layer [T, N, D·(P|H)]
    for (let layer = 0; layer < this.numLayers; layer++) {
      dependsOn(() => this.dropout > 0);
      if (layer > 0 && this.training && this.dropout > 0) {
        features = philoxDropout(
          features,
          liveAttrs(
            () => ({ p: this.dropout, ...defaultGenerator.nextMask() }),
            () => defaultGenerator.snapshot(),
          ),
        );
      }
      const outputs: Tensor3D[] = []; // by direction, [T, N, P|H]
      for (let direction = 0; direction < this.numDirections; direction++) {
        const index = layer * this.numDirections + direction;
        const { y, hN, cN } = recurrent(
          { x: features, ...this.#weights[index]!, h0: initial.h[index], c0: initial.c[index], lengths },
          { mode: this.mode, reverse: direction === 1 },
        );
        outputs.push(y);
        states.h.push(hN);
        if (cN) states.c.push(cN);
      }
      features = concatFeatures(outputs);
    }
    return { output: features, states };
  }

  /** The states given, checked and taken apart by layer and direction; absent ones stay absent, and mean zeros. */
  #separate({ h0, c0 }: InitialStates, batch: readonly number[]): States {
    const layers = this.numLayers * this.numDirections;
    const separate = (
      argument: string,
      state: Tensor | undefined,
      size: number,
      letter: string,
    ): Tensor2D[] => {
      const axes = ['D·numLayers', ...batch.map(() => 'N'), letter];
      checkState(`${this.constructor.name}.forward`, argument, state, [layers, ...batch, size], axes);
      if (!state) return [];
      const [rows = 1] = batch;
      return layers === 1
        ? [reshape(state, [rows, size])]
        : (unstack(reshape(state, [layers, rows, size])) as Tensor2D[]);
    };
    return {
      h: separate('h0', h0, this.outputSize, this.projSize > 0 ? 'P' : 'H'),
      c: separate('c0', c0, this.hiddenSize, 'H'),
    };
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

/** `[D·numLayers, N, …]` of the layers' states. */
function stackLayers({ h, c }: States): { hN: Tensor3D; cN: Tensor3D | undefined } {
  const stacked = (states: Tensor2D[]): Tensor3D =>
    states.length === 1 ? expandDims(states[0]!, 0) : (stackStates(states) as Tensor3D);
  return { hN: stacked(h), cN: c.length > 0 ? stacked(c) : undefined };
}
