export {
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
export { GLU, type GLUOptions, glu } from './glu.ts';
export { LogSigmoid, logSigmoid } from './log-sigmoid.ts';
export { Mish, mish } from './mish.ts';
export {
  ELU,
  GELU,
  Hardtanh,
  LeakyReLU,
  LogSoftmax,
  ReLU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from './modules.ts';
export { PReLU, type PReLUOptions, prelu } from './prelu.ts';
export { SELU, selu } from './selu.ts';
