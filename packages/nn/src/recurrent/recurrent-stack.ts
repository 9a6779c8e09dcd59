import { expandDims, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import { dependsOn, tidyResult } from '@unroll/backend/operations';
import { Module } from '../module.ts';
import type { PackedSequence } from '../packing/packed-sequence.ts';
import { dropOut } from '../random/drop-out.ts';
import type { Walk } from './cell.ts';
import { concatFeatures } from './concat-and-stack.ts';
import { checkDropout } from './layer-options.ts';
import { joinStates, type LayerState, type StateTensor, separateStates } from './layer-states.ts';
import { layOutSequence, layOutStep } from './sequence-layout.ts';

/** Options of every stack. */
export interface StackOptions {
  inputSize: number;
  numLayers?: number | undefined;
  batchFirst?: boolean | undefined;
  dropout?: number | undefined;
  bidirectional?: boolean | undefined;
}

/** The result of one layer in one direction for a sequence. */
export interface LayerOutputs {
  /** `[T, N, F]`, 0 past each row's end */
  readonly y: Tensor3D;
  /** `[N, …]` each */
  readonly state: readonly Tensor[];
}

/**
 * Stacked layers in one direction or both: the common part of `RNN`, `LSTM`, `GRU` and `Recurrent`. A subclass
 * defines what one layer computes in one direction.
 */
export abstract class RecurrentStack extends Module {
  readonly inputSize: number;
  readonly numLayers: number;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;

  protected constructor(
    name: string,
    { inputSize, numLayers = 1, batchFirst = false, dropout = 0, bidirectional = false }: StackOptions,
  ) {
    super();
    checkDropout(name, dropout, numLayers);
    this.inputSize = inputSize;
    this.numLayers = numLayers;
    this.batchFirst = batchFirst;
    this.dropout = dropout;
    this.bidirectional = bidirectional;
  }

  /** D: 2 where bidirectional, else 1. */
  get numDirections(): number {
    return this.bidirectional ? 2 : 1;
  }

  /** Features of each direction's output */
  abstract get outputSize(): number;

  /** Features of each state: one number, or two for an LSTM */
  abstract get stateSizes(): readonly number[];

  /** The tensors of each layer's state, in the order in which `runLayer` takes and returns them. */
  protected abstract stateTensors(): readonly StateTensor[];

  /**
   * Runs one layer in one direction.
   *
   * @param index layer by layer, forward before reverse
   * @param x `[T, N, features]`
   */
  protected abstract runLayer(index: number, x: Tensor3D, state: LayerState, walk: Walk): LayerOutputs;

  /**
   * Runs the stack over a sequence in any of its layouts.
   *
   * @param initial `[D·numLayers, N, …]` each, without N for an unbatched sequence; undefined: zeros
   */
  protected run(
    input: Tensor | PackedSequence,
    initial: readonly unknown[],
  ): { output: Tensor | PackedSequence; states: Tensor[] } {
    const operation = `${this.constructor.name}.forward`;
    return tidyResult(() => {
      const { features, lengths, batch, restore } = layOutSequence(operation, input, this);
      const { output, states } = this.#stack(operation, features, initial, batch, { lengths });
      return { output: restore(output), states };
    });
  }

  /**
   * Runs the stack over one step, `[N, inputSize]` or `[inputSize]`.
   *
   * @throws where the stack is bidirectional
   */
  protected runStep(x: Tensor, initial: readonly unknown[]): { output: Tensor; states: Tensor[] } {
    const { name } = this.constructor;
    const operation = `${name}.step`;
    if (this.bidirectional) {
      throw new Error(
        `${operation}: this ${name} is bidirectional, and its reverse direction begins at a sequence's last step, which is not there ` +
          'yet; steps one by one need bidirectional: false',
      );
    }
    return tidyResult(() => {
      const step = layOutStep(operation, 'x', x, this.inputSize);
      const features: Tensor3D = expandDims(step.x, 0);
      const { output, states } = this.#stack(operation, features, initial, step.batch, {
        lengths: undefined,
      });
      return { output: step.restore(output), states };
    });
  }

  /** All layers, one after another, on `[T, N, inputSize]`. */
  #stack(
    operation: string,
    input: Tensor3D,
    initial: readonly unknown[],
    batch: readonly number[],
    { lengths }: Pick<Walk, 'lengths'>,
  ): { output: Tensor3D; states: Tensor[] } {
    const { numLayers, numDirections } = this;
    const before = separateStates(operation, this.stateTensors(), initial, numLayers * numDirections, batch);
    const after: (readonly Tensor[])[] = [];
    let features = input; // [T, N, inputSize], above the first layer [T, N, D·outputSize]
    for (let layer = 0; layer < numLayers; layer++) {
      dependsOn(() => this.dropout > 0);
      if (layer > 0 && this.training && this.dropout > 0) features = dropOut(features, () => this.dropout);
      const outputs: Tensor3D[] = []; // by direction, [T, N, outputSize]
      for (let direction = 0; direction < numDirections; direction++) {
        const walk = { operation, reverse: direction === 1, lengths };
        const index = layer * numDirections + direction;
        const { y, state } = this.runLayer(index, features, before[index]!, walk);
        outputs.push(y);
        after.push(state);
      }
      features = concatFeatures(outputs);
    }
    return { output: features, states: joinStates(after, batch) };
  }
}
