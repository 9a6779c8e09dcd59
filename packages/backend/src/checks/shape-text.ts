/** A shape as errors print it: `[4, 6, 3]`. A word stands for what the size counts, `undefined` for any size: `[N, *]`. */
export const shapeText = (shape: readonly (number | string | undefined)[]): string =>
  `[${shape.map((size) => size ?? '*').join(', ')}]`;
