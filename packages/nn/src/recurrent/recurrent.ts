import type { Rank, Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { ModuleList } from '../containers/module-list.ts';
import { sizesAndOptionText } from '../option-text.ts';
import type { PackedSequence } from '../packing/packed-sequence.ts';
import type { Cell, Walk } from './cell.ts';
import { type CellState, partsOf, withTensors } from './cell-state.ts';
import { checkCells, type MakeCell, makeCells, stateOf } from './cells-of-layers.ts';
import type { LayerState, StateTensor } from './layer-states.ts';
import { type LayerOutputs, RecurrentStack } from './recurrent-stack.ts';
import { walkSequence } from './walk-sequence.ts';

export interface RecurrentOptions {
  /** The number of stacked layers. Each reads the outputs of the layer below. Default 1. */
  numLayers?: number | undefined;
  /** Whether each layer reads its input in both directions. Default false. */
  bidirectional?: boolean | undefined;
  /** Whether inputs and outputs are `[N, L, …]` instead of `[L, N, …]`. States never are. Default false. */
  batchFirst?: boolean | undefined;
  /** Probability of zeroing an element between layers, in training. Default 0. */
  dropout?: number | undefined;
}

const kinds = {
  numLayers: kind.whole(1),
  bidirectional: kind.flag,
  batchFirst: kind.flag,
  dropout: kind.probability,
};

/**
 * A state of all layers and directions, in the structure of the cell's state: each tensor `[N, …]` becomes
 * `[D·numLayers, N, …]`.
 */
export type StackedState<State> = State extends Tensor
  ? Tensor
  : {
      [name in keyof State]: State[name] extends Tensor
        ? Tensor
        : { [inner in keyof State[name]]: State[name][inner] extends Tensor ? Tensor : unknown };
    };

/**
 * Runs any cell over sequences: batches, unbatched and packed sequences, several layers and both directions, as
 * `LSTM` does for its own cell. Cells with a kernel (`RNNCell`, `LSTMCell`, `GRUCell`, `ElmanLayer`) run by it,
 * others step by step. Keys of the parameters are `cells.0.…`, `cells.1.…`: layer by layer, forward before reverse.
 *
 * @example
 * const lstm = new nn.Recurrent((layer) => new nn.LSTMCell({ inputSize: layer === 0 ? 10 : 20, hiddenSize: 20 }), { numLayers: 2 });
 * const [output, [hN, cN]] = lstm.forward(tf.randomNormal([5, 3, 10])); // [5, 3, 20], [2, 3, 20], [2, 3, 20]
 */
export class Recurrent<State extends CellState> extends RecurrentStack {
  readonly cells: ModuleList<Cell<State, unknown>>;
  readonly #tensors: readonly StateTensor[];
  /** A state of one row, for its structure; its tensors are disposed. */
  readonly #structure: State;

  /**
   * @param cells a cell, for one layer in one direction, or a function that makes the cell of each layer and
   *   direction
   * @throws where a cell does not fit the outputs of the layer below, or its state has other shapes than that of the
   *   first cell
   */
  constructor(cells: Cell<State, unknown> | MakeCell<State>, options: RecurrentOptions = {}) {
    const given = checkOptions('Recurrent', options, kinds);
    const { numLayers = 1, bidirectional = false } = given;
    const directions = bidirectional ? 2 : 1;
    const made = makeCells(cells, numLayers, directions);
    super('Recurrent', { ...given, inputSize: made[0]!.inputSize });
    const { structure, tensors } = stateOf(made[0]!);
    this.cells = new ModuleList(made);
    this.#structure = structure;
    this.#tensors = tensors;
    checkCells(made, directions, tensors);
  }

  override extraRepr(): string {
    const { numLayers, batchFirst, dropout, bidirectional } = this;
    return sizesAndOptionText(
      [],
      { numLayers, batchFirst, dropout, bidirectional },
      { numLayers: 1, batchFirst: false, dropout: 0, bidirectional: false },
    );
  }

  /** Features of each direction's output */
  override get outputSize(): number {
    return this.cells.at(0).outputSize;
  }

  /** Features of each tensor of the state */
  override get stateSizes(): readonly number[] {
    return this.#tensors.map(({ sizes }) => sizes.at(-1) ?? 1);
  }

  /**
   * @param input `[L, N, inputSize]`, or `[N, L, inputSize]` where `batchFirst`, or `[L, inputSize]`, or a packed sequence
   * @param state `[D·numLayers, N, …]` each, in the structure of the cell's state, without N for unbatched input;
   *   absent: the cells' zero states
   * @returns `output`, the last layer's outputs, `[L, N, D·outputSize]` in the input's layout, packed if the input
   *   is, with both directions side by side; and the states after the last step of each layer and direction, as
   *   `state`
   * @throws where a shape or dtype does not fit, where L is 0, and where a step returns a state of other shapes
   */
  forward(
    input: PackedSequence,
    state?: StackedState<State>,
  ): [output: PackedSequence<Rank.R3>, state: StackedState<State>];
  forward<R extends Rank>(
    input: Tensor<R>,
    state?: StackedState<State>,
  ): [output: Tensor<R>, state: StackedState<State>];
  forward(
    input: Tensor | PackedSequence,
    state?: StackedState<State>,
  ): [output: Tensor | PackedSequence, state: StackedState<State>];
  forward(
    input: Tensor | PackedSequence,
    state?: StackedState<State>,
  ): [output: Tensor | PackedSequence, state: StackedState<State>] {
    const { output, states } = this.run(input, this.#tensorsOf('Recurrent.forward', state));
    return [output, this.#stacked(states)];
  }

  /**
   * One step of a sequence that arrives step by step. The results are those of `forward`, to the bit on backend-cpu.
   * To keep a state beyond the process, see `stateToJSON`. In training, a cell that draws once for a sequence
   * (`VariationalDropoutCell`) draws at each step.
   *
   * @param x `[N, inputSize]`, or `[inputSize]` for one row
   * @param state `[numLayers, N, …]` each, without N for one row; absent: the cells' zero states
   * @returns the last layer's output, `[N, outputSize]` or `[outputSize]`, and the next states
   * @throws where a shape or dtype does not fit, and where the stack is bidirectional
   */
  step<R extends Rank>(
    x: Tensor<R>,
    state?: StackedState<State>,
  ): [y: Tensor<R>, state: StackedState<State>] {
    const { output, states } = this.runStep(x, this.#tensorsOf('Recurrent.step', state));
    return [output as Tensor<R>, this.#stacked(states)];
  }

  protected override stateTensors(): readonly StateTensor[] {
    return this.#tensors;
  }

  protected override runLayer(index: number, x: Tensor3D, state: LayerState, walk: Walk): LayerOutputs {
    const given = state.filter((tensor) => tensor !== undefined);
    const initial = given.length > 0 ? withTensors(this.#structure, given) : undefined;
    const { operation } = walk;
    const walked = walkSequence(this.cells.at(index), x, initial, walk);
    return { y: walked.y, state: partsOf(operation, 'state', walked.state).map(({ tensor }) => tensor) };
  }

  /** The tensors of a state that has the structure of the cells' state. */
  #tensorsOf(operation: string, state: unknown): Tensor[] {
    if (state === undefined) return [];
    const parts = partsOf(operation, 'state', state);
    const paths = parts.map(({ path }) => `state${path}`);
    const expected = this.#tensors.map(({ argument }) => argument);
    if (paths.join() !== expected.join()) {
      throw new ArgumentError(
        operation,
        'state',
        `has the tensors ${listed(paths)}; expected ${listed(expected)}`,
      );
    }
    return parts.map(({ tensor }) => tensor);
  }

  #stacked(states: readonly Tensor[]): StackedState<State> {
    const state: unknown = withTensors(this.#structure, states);
    return state as StackedState<State>;
  }
}

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
