import {
  add,
  fill,
  minimum,
  mul,
  type Rank,
  relu,
  reshape,
  type Tensor,
  tidy,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkOptions, checkRank, kind, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { Module } from '../module.ts';
import { optionText } from '../option-text.ts';

/**
 * `max(x, 0) + a·min(x, 0)`, as `torch.nn.functional.prelu`.
 *
 * @param input any shape; its channels are the second axis, or one channel where there is no second axis
 * @param weight `[1]`, one slope for all channels, or `[C]`, one for each channel
 * @throws where the number of slopes is neither 1 nor the number of channels
 */
export function prelu(input: Tensor, weight: Tensor): Tensor {
  checkDtype('prelu', 'input', input, 'float32');
  checkDtype('prelu', 'weight', weight, 'float32');
  checkRank('prelu', 'weight', weight, 1, ', [1] or [C]');
  const channels = input.shape[1] ?? 1;
  if (weight.size !== 1 && weight.size !== channels) {
    throw new ArgumentError(
      'prelu',
      'weight',
      `has ${weight.size} slopes; expected 1, or one for each channel, of which an input of shape ${shapeText(input.shape)} has ${channels}`,
    );
  }
  return tidy(() => {
    const slopes = reshape(
      weight,
      input.shape.slice(1).map((_, i) => (i === 0 ? weight.size : 1)),
    );
    return add(relu(input), mul(minimum(input, 0), slopes));
  });
}

export interface PReLUOptions {
  /** The number of learned slopes: 1 for all, or one for each channel of the input's second axis. Default 1. */
  numParameters?: number | undefined;
  /** The initial value of each slope. Default 0.25. */
  init?: number | undefined;
}

const kinds = { numParameters: kind.whole(1), init: kind.number };

/**
 * `x` above 0, `a·x` below, with learned slopes `a`; see `prelu`. He et al., "Delving deep into rectifiers" (2015).
 *
 * @example
 * const prelu = new nn.PReLU({ numParameters: 16 });
 * prelu.forward(tf.randomNormal([8, 16, 40])); // [8, 16, 40]
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.PReLU.html
 */
export class PReLU extends Module {
  /** `[numParameters]` */
  readonly weight: Variable<Rank.R1>;

  /** @throws where `numParameters` is not a positive whole number */
  constructor(options: PReLUOptions = {}) {
    super();
    const { numParameters = 1, init = 0.25 } = checkOptions('PReLU', options, kinds);
    this.weight = tidy(() => variable(fill<Rank.R1>([numParameters], init)));
  }

  override extraRepr(): string {
    return optionText({ numParameters: this.weight.size });
  }

  /** @throws where `numParameters` is neither 1 nor the number of the input's channels */
  forward(input: Tensor): Tensor {
    return prelu(input, this.weight);
  }
}
