export type { Ratios } from './ratios.ts';
export { type SplitByHashOptions, splitByHash } from './split-by-hash.ts';
export { type SplitByListsOptions, splitByLists } from './split-by-lists.ts';
export type { DatasetParts, StreamParts } from './split-by-part.ts';
export { type SplitByRatioOptions, splitByRatio } from './split-by-ratio.ts';
