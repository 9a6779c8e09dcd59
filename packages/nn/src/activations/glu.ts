import { mul, sigmoid, split, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkOptions, kind, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { Module } from '../module.ts';
import { optionText } from '../option-text.ts';
import { axisOf } from './axis.ts';

export interface GLUOptions {
  /** The axis to halve; negative axes count from the end. Default −1. */
  dim?: number | undefined;
}

const kinds = { dim: kind.whole() };

/**
 * `a·σ(b)`, where `a` and `b` are the halves of the input along an axis: Dauphin et al., "Language modeling with
 * gated convolutional networks" (2017).
 *
 * @returns the input's shape with half its size along the axis
 * @throws where the input has no such axis, or an odd size there
 */
export function glu(input: Tensor, options: GLUOptions = {}): Tensor {
  const { dim = -1 } = checkOptions('glu', options, kinds);
  const axis = axisOf('glu', input, dim);
  const size = input.shape[axis]!;
  if (size % 2 !== 0) {
    throw new ArgumentError(
      'glu',
      'input',
      `has size ${size} in axis ${axis} (shape ${shapeText(input.shape)}); expected an even one`,
    );
  }
  return tidy(() => {
    const [a, b] = split(input, 2, axis);
    return mul(a!, sigmoid(b!));
  });
}

/**
 * See `glu`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GLU.html
 */
export class GLU extends Module {
  readonly dim: number;

  constructor(options: GLUOptions = {}) {
    super();
    this.dim = checkOptions('GLU', options, kinds).dim ?? -1;
  }

  override extraRepr(): string {
    return optionText({ dim: this.dim });
  }

  forward(input: Tensor): Tensor {
    return glu(input, { dim: this.dim });
  }
}
