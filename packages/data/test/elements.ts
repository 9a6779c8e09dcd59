/** 0…length−1 */
export const numbers = (length: number): number[] => Array.from({ length }, (_, index) => index);

export const sorted = (elements: Iterable<number>): number[] => [...elements].sort((a, b) => a - b);

/** The number of tokens of an element, from 1 to 9 */
export const lengthOf = (element: number): number => ((element * 7) % 9) + 1;
