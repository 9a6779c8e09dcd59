import type { Tensor } from '@tensorflow/tfjs-core';
import { checkOptions } from '@unroll/backend/checks';
import { Module } from '../module.ts';
import { optionText } from '../option-text.ts';
import {
  checkedBounds,
  type DimOptions,
  dimKinds,
  type ELUOptions,
  elu,
  eluKinds,
  type GELUOptions,
  gelu,
  geluKinds,
  type HardtanhOptions,
  hardtanh,
  type LeakyReLUOptions,
  leakyRelu,
  leakyReluKinds,
  logSoftmax,
  relu,
  type SoftplusOptions,
  sigmoid,
  silu,
  softmax,
  softplus,
  softplusKinds,
  tanh,
} from './functions.ts';

/** `tanh(x)`. */
export class Tanh extends Module {
  forward(input: Tensor): Tensor {
    return tanh(input);
  }
}

/** `1 / (1 + e⁻ˣ)`. */
export class Sigmoid extends Module {
  forward(input: Tensor): Tensor {
    return sigmoid(input);
  }
}

/** `max(x, 0)`. */
export class ReLU extends Module {
  forward(input: Tensor): Tensor {
    return relu(input);
  }
}

/** See `leakyRelu`. */
export class LeakyReLU extends Module {
  readonly #options: LeakyReLUOptions;

  constructor(options: LeakyReLUOptions = {}) {
    super();
    this.#options = checkOptions('LeakyReLU', options, leakyReluKinds);
  }

  override extraRepr(): string {
    const { negativeSlope = 0.01 } = this.#options;
    return optionText({ negativeSlope });
  }

  forward(input: Tensor): Tensor {
    return leakyRelu(input, this.#options);
  }
}

/** See `elu`. */
export class ELU extends Module {
  readonly #options: ELUOptions;

  constructor(options: ELUOptions = {}) {
    super();
    this.#options = checkOptions('ELU', options, eluKinds);
  }

  override extraRepr(): string {
    const { alpha = 1 } = this.#options;
    return optionText({ alpha });
  }

  forward(input: Tensor): Tensor {
    return elu(input, this.#options);
  }
}

/** See `gelu`. */
export class GELU extends Module {
  readonly #options: GELUOptions;

  constructor(options: GELUOptions = {}) {
    super();
    this.#options = checkOptions('GELU', options, geluKinds);
  }

  override extraRepr(): string {
    const { approximate = 'none' } = this.#options;
    return optionText({ approximate });
  }

  forward(input: Tensor): Tensor {
    return gelu(input, this.#options);
  }
}

/** See `silu`. */
export class SiLU extends Module {
  forward(input: Tensor): Tensor {
    return silu(input);
  }
}

/** See `softplus`. */
export class Softplus extends Module {
  readonly #options: SoftplusOptions;

  constructor(options: SoftplusOptions = {}) {
    super();
    this.#options = checkOptions('Softplus', options, softplusKinds);
  }

  override extraRepr(): string {
    const { beta = 1, threshold = 20 } = this.#options;
    return optionText({ beta, threshold });
  }

  forward(input: Tensor): Tensor {
    return softplus(input, this.#options);
  }
}

/** See `hardtanh`. */
export class Hardtanh extends Module {
  readonly #options: HardtanhOptions;

  constructor(options: HardtanhOptions = {}) {
    super();
    this.#options = checkedBounds('Hardtanh', options);
  }

  override extraRepr(): string {
    const { minVal = -1, maxVal = 1 } = this.#options;
    return optionText({ minVal, maxVal });
  }

  forward(input: Tensor): Tensor {
    return hardtanh(input, this.#options);
  }
}

/** See `softmax`. */
export class Softmax extends Module {
  readonly dim: number;

  constructor(options: DimOptions) {
    super();
    this.dim = checkOptions('Softmax', options, dimKinds).dim;
  }

  override extraRepr(): string {
    return optionText({ dim: this.dim });
  }

  forward(input: Tensor): Tensor {
    return softmax(input, { dim: this.dim });
  }
}

/** See `logSoftmax`. */
export class LogSoftmax extends Module {
  readonly dim: number;

  constructor(options: DimOptions) {
    super();
    this.dim = checkOptions('LogSoftmax', options, dimKinds).dim;
  }

  override extraRepr(): string {
    return optionText({ dim: this.dim });
  }

  forward(input: Tensor): Tensor {
    return logSoftmax(input, { dim: this.dim });
  }
}
