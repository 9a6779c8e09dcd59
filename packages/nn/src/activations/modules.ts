import type { Tensor } from '@tensorflow/tfjs-core';
import { Module } from '../module.ts';
import {
  checkApproximation,
  checkBounds,
  type DimOptions,
  type ELUOptions,
  elu,
  type GELUOptions,
  gelu,
  type HardtanhOptions,
  hardtanh,
  type LeakyReLUOptions,
  leakyRelu,
  logSoftmax,
  relu,
  type SoftplusOptions,
  sigmoid,
  silu,
  softmax,
  softplus,
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
    this.#options = { ...options };
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
    this.#options = { ...options };
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
    checkApproximation('GELU', options.approximate ?? 'none');
    this.#options = { ...options };
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
    this.#options = { ...options };
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
    checkBounds('Hardtanh', options.minVal ?? -1, options.maxVal ?? 1);
    this.#options = { ...options };
  }

  forward(input: Tensor): Tensor {
    return hardtanh(input, this.#options);
  }
}

/** See `softmax`. */
export class Softmax extends Module {
  readonly dim: number;

  constructor({ dim }: DimOptions) {
    super();
    this.dim = dim;
  }

  forward(input: Tensor): Tensor {
    return softmax(input, this);
  }
}

/** See `logSoftmax`. */
export class LogSoftmax extends Module {
  readonly dim: number;

  constructor({ dim }: DimOptions) {
    super();
    this.dim = dim;
  }

  forward(input: Tensor): Tensor {
    return logSoftmax(input, this);
  }
}
