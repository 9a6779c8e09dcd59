import { type DataType, expandDims, reshape, type Tensor, unstack } from '@tensorflow/tfjs-core';
import { checkState } from './check-input.ts';
import { stackStates } from './concat-and-stack.ts';

/** One tensor of each layer's state. */
export interface StateTensor {
  /** The name that errors use: `h0` */
  readonly argument: string;
  /** The sizes of the axes after N */
  readonly sizes: readonly number[];
  /** The names of these axes for errors: `['H']` */
  readonly axes: readonly string[];
  readonly dtype: DataType;
}

/** The state of one layer in one direction: tensors `[N, …]`, or undefined for a tensor that was not given. */
export type LayerState = readonly (Tensor | undefined)[];

/**
 * Splits tensors `[D·numLayers, N, …]`, or without N for an unbatched sequence, into the states of all layers and
 * directions. Their order is layer by layer, forward before reverse.
 *
 * @param batch `[N]`, or empty
 * @throws where a tensor has another shape or dtype
 */
export function separateStates(
  operation: string,
  stateTensors: readonly StateTensor[],
  given: readonly unknown[],
  layers: number,
  batch: readonly number[],
): LayerState[] {
  const [rows = 1] = batch;
  const byTensor = stateTensors.map(({ argument, sizes, axes, dtype }, i) => {
    const state = given[i];
    const names = ['D·numLayers', ...batch.map(() => 'N'), ...axes];
    checkState(operation, argument, state, [layers, ...batch, ...sizes], names, dtype);
    if (!state) return undefined;
    return layers === 1
      ? [reshape(state, [rows, ...sizes])]
      : unstack(reshape(state, [layers, rows, ...sizes]));
  });
  return Array.from({ length: layers }, (_, layer) => byTensor.map((states) => states?.[layer]));
}

/** Joins the layers' states to tensors `[D·numLayers, N, …]`, without N for an unbatched sequence. */
export function joinStates(states: readonly (readonly Tensor[])[], batch: readonly number[]): Tensor[] {
  return states[0]!.map((first, i) => {
    const joined = states.length === 1 ? expandDims(first, 0) : stackStates(states.map((state) => state[i]!));
    return batch.length === 0 ? reshape(joined, [states.length, ...first.shape.slice(1)]) : joined;
  });
}
