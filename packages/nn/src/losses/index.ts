export {
  BCEWithLogitsLoss,
  type BinaryCrossEntropyOptions,
  binaryCrossEntropyWithLogits,
} from './binary-cross-entropy.ts';
export type { ClassOptions } from './class-rows.ts';
export {
  CosineEmbeddingLoss,
  type CosineEmbeddingOptions,
  cosineEmbeddingLoss,
} from './cosine-embedding.ts';
export { CrossEntropyLoss, type CrossEntropyOptions, crossEntropy } from './cross-entropy.ts';
export { CTCLoss, type CTCLossOptions, ctcLoss, type Lengths } from './ctc.ts';
export { HuberLoss, type HuberOptions, huberLoss } from './huber.ts';
export { KLDivLoss, type KLDivLossOptions, klDiv } from './kl-div.ts';
export { L1Loss, l1Loss } from './l1.ts';
export { MSELoss, mseLoss } from './mse.ts';
export { NLLLoss, type NLLLossOptions, nllLoss } from './nll.ts';
export { BCELoss, type BCELossOptions, binaryCrossEntropy } from './probability-cross-entropy.ts';
export type { Reduction, ReductionOptions } from './reduction.ts';
export { SmoothL1Loss, type SmoothL1Options, smoothL1Loss } from './smooth-l1.ts';
