export * from './batches/index.ts';
export * from './dataset/index.ts';
export * from './files/index.ts';
export * from './formats/index.ts';
export type { Json } from './json.ts';
export * from './order/index.ts';
export * from './series/index.ts';
export * from './split/index.ts';
export * from './text/index.ts';
