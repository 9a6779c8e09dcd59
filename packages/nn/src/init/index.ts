export { constant_, eye_, ones_, zeros_ } from './constant.ts';
export type { FanMode } from './fan.ts';
export { calculateGain, type GainNonlinearity } from './gain.ts';
export { type KaimingOptions, kaimingNormal_, kaimingUniform_ } from './kaiming.ts';
export { orthogonal_ } from './orthogonal.ts';
export {
  type Drawing,
  type NormalOptions,
  normal_,
  type SparseOptions,
  sparse_,
  type TruncNormalOptions,
  truncNormal_,
  type UniformOptions,
  uniform_,
} from './random.ts';
export { type XavierOptions, xavierNormal_, xavierUniform_ } from './xavier.ts';
