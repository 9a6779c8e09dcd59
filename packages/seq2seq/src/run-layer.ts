import { Tensor, type Tensor3D, transpose } from '@tensorflow/tfjs-core';
import { checkValue, kind, shown } from '@unroll/backend/checks';
import { PackedSequence } from '@unroll/nn';
import { layerKind } from './module-kinds.ts';
import type { SequenceLayer, States } from './sequence-layer.ts';

const sequence = kind.required({
  expected: 'a tensor of three axes, [L, N, inputSize], or a PackedSequence',
  fits: (value) =>
    value instanceof Tensor ? value.rank === 3 && !value.isDisposed : value instanceof PackedSequence,
});
const stateList = kind.listOf(kind.tensor, 'a list of tensors');

/**
 * Runs a layer of any kind. Tensors are `[L, N, …]` here, whatever the layer's layout, and states are lists, whatever
 * their number.
 *
 * @param states `[D·layers, N, features]` each; undefined: zeros
 */
export function runLayer<Sequence extends Tensor3D | PackedSequence>(
  layer: SequenceLayer,
  input: Sequence,
  states: States | undefined,
): { output: Sequence; states: States } {
  checkValue('runLayer', 'layer', layer, kind.required(layerKind));
  checkValue('runLayer', 'input', input, sequence);
  checkValue('runLayer', 'states', states, stateList);
  const swaps = layer.batchFirst && 'dataId' in input;
  const swapped = (sequence: unknown) => (swaps ? transpose(sequence as Tensor3D, [1, 0, 2]) : sequence);
  const state = states && (states.length === 1 ? states[0] : states);
  const [output, last] = layer.forward(swapped(input) as never, state as never);
  const lastStates: readonly unknown[] = Array.isArray(last) ? last : [last];
  if (!lastStates.every((each) => each instanceof Tensor)) {
    throw new Error(
      `${layer.constructor.name}.forward gives ${shown(last)} as its state; encoders and decoders take a tensor or a list of tensors`,
    );
  }
  return { output: swapped(output) as Sequence, states: lastStates as Tensor3D[] };
}
