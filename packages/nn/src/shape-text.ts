/** A shape as error messages show it: `[4, 6, 3]`. */
export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
