import type { Tensor } from '@tensorflow/tfjs-core';
import { checkDtype, checkOptions, kind } from '@unroll/backend/checks';
import { dependsOn } from '@unroll/backend/operations';
import { Module } from '../module.ts';
import { optionText } from '../option-text.ts';
import { dropOut } from '../random/drop-out.ts';

export interface DropoutOptions {
  /** Probability of zeroing an element, in [0, 1]. Default 0.5. */
  p?: number | undefined;
}

const kinds = { p: kind.probability };

/**
 * In training, sets each element to 0 with probability `p` and divides the others by `1 − p`. Each call draws a new
 * mask from the default generator. After `eval()` it is the identity. As `torch.nn.Dropout`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Dropout.html
 */
export class Dropout extends Module {
  readonly p: number;

  /** @throws where `p` is not in [0, 1] */
  constructor(options: DropoutOptions = {}) {
    super();
    const { p = 0.5 } = checkOptions('Dropout', options, kinds);
    this.p = p;
  }

  override extraRepr(): string {
    return optionText({ p: this.p });
  }

  /** @param input float32, any shape */
  forward<T extends Tensor>(input: T): T {
    checkDtype('Dropout.forward', 'input', input, 'float32');
    dependsOn(() => this.p === 0);
    if (!this.training || this.p === 0) return input.clone();
    return dropOut(input, () => this.p);
  }
}
