/** Number of elements that a thread takes at a time in memory-bound kernels, about 10 µs of work for one thread. */
export const ELEMENTS = 16_384;

/** Number of elements of one vector. */
export const LANES = 4;

/** Number of items of `elements` elements each that a thread takes at a time. */
export const itemsOf = (elements: number): number =>
  Math.max(1, Math.floor(ELEMENTS / Math.max(1, elements)));
