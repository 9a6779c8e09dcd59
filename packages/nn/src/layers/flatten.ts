import { reshape, type Tensor } from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { Module } from '../module.ts';
import { optionText } from '../option-text.ts';

export interface FlattenOptions {
  /** The first axis to merge; negative axes count from the end. Default 1. */
  startDim?: number | undefined;
  /** The last axis to merge. Default −1. */
  endDim?: number | undefined;
}

const kinds = { startDim: kind.whole(), endDim: kind.whole() };

/**
 * Merges neighbouring axes into one, as `torch.nn.Flatten`. By default it merges all axes but the batch's, `[N, …]`
 * to `[N, M]`.
 */
export class Flatten extends Module {
  readonly startDim: number;
  readonly endDim: number;

  /** @throws where an axis is not a whole number */
  constructor(options: FlattenOptions = {}) {
    super();
    const { startDim = 1, endDim = -1 } = checkOptions('Flatten', options, kinds);
    this.startDim = startDim;
    this.endDim = endDim;
  }

  override extraRepr(): string {
    return optionText({ startDim: this.startDim, endDim: this.endDim });
  }

  /** @throws where the input does not have the axes, or `startDim` comes after `endDim` */
  forward(input: Tensor): Tensor {
    checkValue('Flatten.forward', 'input', input, kind.required(kind.tensor));
    const { shape, rank } = input;
    const [start, end] = [this.startDim, this.endDim].map((dim) => (dim < 0 ? dim + rank : dim)) as [
      number,
      number,
    ];
    if (!(start >= 0 && start <= end && end < rank)) {
      throw new ArgumentError(
        'Flatten.forward',
        'input',
        `has shape ${shapeText(shape)}; startDim is ${this.startDim} and endDim is ${this.endDim}`,
      );
    }
    const merged = shape.slice(start, end + 1).reduce((product, size) => product * size, 1);
    return reshape(input, [...shape.slice(0, start), merged, ...shape.slice(end + 1)]);
  }
}
