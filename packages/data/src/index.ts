export type { Dataset } from './dataset/dataset.ts';
export type { Reading, Stream } from './dataset/stream.ts';
export type { Json } from './json.ts';
