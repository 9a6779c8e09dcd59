import {
  concat,
  expandDims,
  reshape,
  squeeze,
  stack,
  Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  transpose,
  unstack,
  type Variable,
} from '@tensorflow/tfjs-core';
import { GATES, type Mode, philoxDropout, recurrent } from '@unroll/backend';
import { Module } from '../module.ts';
import { PackedSequence } from '../packing/packed-sequence.ts';
import { uniformParameter } from '../parameter.ts';
import { defaultGenerator } from '../random.ts';
import { shapeText } from '../shape-text.ts';
import { tidyResult } from '../tidy-result.ts';
import { type CheckedOptions, checkLayerOptions, type RecurrentLayerOptions } from './layer-options.ts';

/** One layer's parameters in one direction. */
export interface DirectionWeights {
  /** `[G·H, I]`, I the input's features or, above the first layer, D·H */
  readonly weightIh: Variable;
  /** `[G·H, P|H]` */
  readonly weightHh: Variable;
  /** `[G·H]`; absent without bias */
  readonly biasIh?: Variable;
  readonly biasHh?: Variable;
  /** `[P, H]`; LSTM with a projection only */
  readonly weightHr?: Variable;
}

/** What a layer of any mode computes. States are `[D·numLayers, N, …]`, or without N where the input was unbatched. */
interface LayerOutputs<I> {
  output: I;
  hN: Tensor;
  cN: Tensor | undefined;
}

interface InitialStates {
  h0?: Tensor | undefined;
  c0?: Tensor | undefined;
}

/**
 * A stack of recurrent layers, in one direction or both: what `RNN`, `LSTM` and `GRU` share. Keys of its parameters are
 * PyTorch's: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, `weight_hr_l0`, then the same with `_reverse`, then the
 * next layer's. All are drawn from U(−1/√H, 1/√H).
 */
export abstract class RecurrentLayer extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  /** P, or 0 without a projection */
  readonly projSize: number;
  readonly mode: Mode;

  protected constructor(name: string, mode: Mode, options: RecurrentLayerOptions, projSize = 0) {
    super();
    const checked: CheckedOptions = checkLayerOptions(name, options);
    this.inputSize = checked.inputSize;
    this.hiddenSize = checked.hiddenSize;
    this.numLayers = checked.numLayers;
    this.bias = checked.bias;
    this.batchFirst = checked.batchFirst;
    this.dropout = checked.dropout;
    this.bidirectional = checked.bidirectional;
    this.projSize = projSize;
    this.mode = mode;

    const gateRows = GATES[mode] * this.hiddenSize;
    const bound = 1 / Math.sqrt(this.hiddenSize);
    for (let layer = 0; layer < this.numLayers; layer++) {
      for (let direction = 0; direction < this.numDirections; direction++) {
        const features = layer === 0 ? this.inputSize : this.numDirections * this.outputSize;
        const shapes: [string, number[]][] = [
          ['weight_ih', [gateRows, features]],
          ['weight_hh', [gateRows, this.outputSize]],
        ];
        if (this.bias) shapes.push(['bias_ih', [gateRows]], ['bias_hh', [gateRows]]);
        if (this.projSize > 0) shapes.push(['weight_hr', [this.projSize, this.hiddenSize]]);
        for (const [key, shape] of shapes) {
          this.registerParameter(parameterKey(key, layer, direction), uniformParameter(shape, bound));
        }
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

  /**
   * The parameters of one layer (from 0) in one direction (0 forward, 1 reverse).
   *
   * @throws where there is no such layer or direction
   */
  weights(layer: number, direction = 0): DirectionWeights {
    const find = (key: string) => this.registeredParameter(parameterKey(key, layer, direction));
    const weightIh = find('weight_ih');
    const weightHh = find('weight_hh');
    if (!weightIh || !weightHh) {
      throw new Error(
        `${this.constructor.name}.weights: layer is ${layer} and direction is ${direction}; this one has ` +
          `${this.numLayers} layers and ${this.numDirections} directions, both counted from 0`,
      );
    }
    const [biasIh, biasHh, weightHr] = [find('bias_ih'), find('bias_hh'), find('weight_hr')];
    return {
      weightIh,
      weightHh,
      ...(biasIh && { biasIh }),
      ...(biasHh && { biasHh }),
      ...(weightHr && { weightHr }),
    };
  }

  /** Runs the stack on `[L, N, I]` (`[N, L, I]` where `batchFirst`), `[L, I]` or a packed sequence. */
  protected run<I extends Tensor | PackedSequence>(input: I, states: InitialStates): LayerOutputs<I> {
    const name = `${this.constructor.name}.forward`;
    return tidyResult(() => {
      if (input instanceof PackedSequence) {
        this.#checkInput(name, input.padded, [3]);
        const rows = input.padded.shape[1]!;
        const layers = this.#stack(
          input.padded as Tensor3D,
          this.#batchedStates(name, states, rows),
          input.lengthsTensor,
        );
        return { ...joinStates(layers, false), output: input.withPadded(layers.output) as I };
      }
      if (!(input instanceof Tensor)) {
        throw new Error(
          `${name}: input is ${input === null ? 'null' : typeof input}; expected a tensor or a PackedSequence`,
        );
      }
      this.#checkInput(name, input, [2, 3]);
      if (input.rank === 2) {
        const timeMajor = expandDims(input, 1) as Tensor3D;
        const layers = this.#stack(timeMajor, this.#unbatchedStates(name, states));
        return { ...joinStates(layers, true), output: squeeze(layers.output, [1]) as Tensor as I };
      }
      const timeMajor = (this.batchFirst ? swapBatchAndTime(input as Tensor3D) : input) as Tensor3D;
      const layers = this.#stack(timeMajor, this.#batchedStates(name, states, timeMajor.shape[1]));
      const output = this.batchFirst ? swapBatchAndTime(layers.output) : layers.output;
      return { ...joinStates(layers, false), output: output as Tensor as I };
    });
  }

  /** All layers, one after another, on `[L, N, I]`; states are `[N, …]` each, layer by layer, forward before reverse. */
  #stack(input: Tensor3D, states: { h: Tensor2D[]; c: Tensor2D[] }, lengths?: Tensor1D): StackOutputs {
    const h: Tensor2D[] = [];
    const c: Tensor2D[] = [];
    let output = input;
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0 && this.training && this.dropout > 0) {
        output = philoxDropout(output, { p: this.dropout, ...defaultGenerator.nextMask() });
      }
      const outputs: Tensor3D[] = [];
      for (let direction = 0; direction < this.numDirections; direction++) {
        const index = layer * this.numDirections + direction;
        const { y, hN, cN } = recurrent(
          {
            ...(this.weights(layer, direction) as unknown as RecurrentWeights),
            x: output,
            h0: states.h[index],
            c0: states.c[index],
            lengths,
          },
          { mode: this.mode, reverse: direction === 1 },
        );
        outputs.push(y);
        h.push(hN);
        if (cN) c.push(cN);
      }
      output = outputs.length === 1 ? outputs[0]! : concat(outputs, 2);
    }
    return { output, h, c };
  }

  #checkInput(name: string, input: Tensor, ranks: readonly number[]): void {
    const { shape, rank, dtype } = input;
    if (!ranks.includes(rank)) {
      const batched = this.batchFirst ? '[N, L, inputSize]' : '[L, N, inputSize]';
      throw new Error(
        `${name}: input has ${rank} axes (shape ${shapeText(shape)}); expected ${batched}, or [L, inputSize] without a batch`,
      );
    }
    if (dtype !== 'float32') throw new Error(`${name}: input has dtype ${dtype}; expected float32`);
    const features = shape[rank - 1]!;
    if (features !== this.inputSize) {
      throw new Error(
        `${name}: input has ${features} features in its last axis (shape ${shapeText(shape)}); inputSize is ${this.inputSize}`,
      );
    }
    const steps = rank === 3 && this.batchFirst ? shape[1]! : shape[0]!;
    if (steps === 0) {
      throw new Error(`${name}: input has 0 steps (shape ${shapeText(shape)}); expected at least 1`);
    }
  }

  #batchedStates(name: string, { h0, c0 }: InitialStates, rows: number) {
    const layers = this.numLayers * this.numDirections;
    const separate = (state: Tensor | undefined, argument: string, features: number): Tensor2D[] => {
      if (!state) return [];
      checkState(name, argument, state, [layers, rows, features], 'D·numLayers, N');
      return unstack(state) as Tensor2D[];
    };
    return { h: separate(h0, 'h0', this.outputSize), c: separate(c0, 'c0', this.hiddenSize) };
  }

  #unbatchedStates(name: string, { h0, c0 }: InitialStates) {
    const layers = this.numLayers * this.numDirections;
    const separate = (state: Tensor | undefined, argument: string, features: number): Tensor2D[] => {
      if (!state) return [];
      checkState(name, argument, state, [layers, features], 'D·numLayers');
      return unstack(reshape(state, [layers, 1, features])) as Tensor2D[];
    };
    return { h: separate(h0, 'h0', this.outputSize), c: separate(c0, 'c0', this.hiddenSize) };
  }
}

interface StackOutputs {
  output: Tensor3D;
  h: Tensor2D[];
  c: Tensor2D[];
}

type RecurrentWeights = Pick<
  Parameters<typeof recurrent>[0],
  'weightIh' | 'weightHh' | 'biasIh' | 'biasHh' | 'weightHr'
>;

function parameterKey(name: string, layer: number, direction: number): string {
  return `${name}_l${layer}${direction === 1 ? '_reverse' : ''}`;
}

function checkState(name: string, argument: string, state: Tensor, expected: number[], axes: string): void {
  const fits = state.rank === expected.length && state.shape.every((size, axis) => size === expected[axis]);
  if (!fits) {
    const kind = expected.length === 3 ? 'batched' : 'unbatched';
    throw new Error(
      `${name}: ${argument} has shape ${shapeText(state.shape)}; expected ${shapeText(expected)}, [${axes}, features], ` +
        `for ${kind} input`,
    );
  }
  if (state.dtype !== 'float32') {
    throw new Error(`${name}: ${argument} has dtype ${state.dtype}; expected float32`);
  }
}

/** `[D·numLayers, N, …]` of the layers' states, or `[D·numLayers, …]` for unbatched input. */
function joinStates({ h, c }: StackOutputs, unbatched: boolean): { hN: Tensor; cN: Tensor | undefined } {
  const join = (states: Tensor2D[]): Tensor => {
    const joined = states.length === 1 ? expandDims(states[0]!, 0) : stack(states);
    return unbatched ? squeeze(joined, [1]) : joined;
  };
  return { hN: join(h), cN: c.length > 0 ? join(c) : undefined };
}

/** `[T, N, F]` of `[N, T, F]`, and the other way; no element moves where one of the two is 1. */
function swapBatchAndTime(input: Tensor3D): Tensor3D {
  const [first, second, features] = input.shape;
  return first === 1 || second === 1
    ? reshape(input, [second, first, features])
    : (transpose(input, [1, 0, 2]) as Tensor3D);
}
