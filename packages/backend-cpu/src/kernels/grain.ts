/** Elements that a thread takes at a time in kernels that are bound by memory, some 10 µs of one. */
export const ELEMENTS = 16_384;

/** Elements of one vector. */
export const LANES = 4;

/** Items of `elements` each that a thread takes at a time. */
export const itemsOf = (elements: number): number =>
  Math.max(1, Math.floor(ELEMENTS / Math.max(1, elements)));
