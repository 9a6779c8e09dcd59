/**
 * A shape as errors print it: `[4, 6, 3]`. A word names the meaning of a size; `undefined` allows any size: `[N, *]`.
 */
export const shapeText = (shape: readonly (number | string | undefined)[]): string =>
  `[${shape.map((size) => size ?? '*').join(', ')}]`;
