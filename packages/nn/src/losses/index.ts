export {
  BCEWithLogitsLoss,
  type BinaryCrossEntropyOptions,
  binaryCrossEntropyWithLogits,
} from './binary-cross-entropy.ts';
export type { ClassOptions } from './class-rows.ts';
export { CrossEntropyLoss, type CrossEntropyOptions, crossEntropy } from './cross-entropy.ts';
export { CTCLoss, type CTCLossOptions, ctcLoss, type Lengths } from './ctc.ts';
export { NLLLoss, type NLLLossOptions, nllLoss } from './nll.ts';
export type { Reduction, ReductionOptions } from './reduction.ts';
export {
  HuberLoss,
  type HuberOptions,
  huberLoss,
  L1Loss,
  l1Loss,
  MSELoss,
  mseLoss,
  SmoothL1Loss,
  type SmoothL1Options,
  smoothL1Loss,
} from './regression.ts';
