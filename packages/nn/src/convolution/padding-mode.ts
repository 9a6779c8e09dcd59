import { ArgumentError } from '@unroll/backend/errors';
import type { Outside } from '../windows/axis-windows.ts';

interface Mode {
  readonly outside: Outside;
  /** The widest padding of an axis with `size` elements */
  widest(size: number): number;
}

/** The content of the padding: zeros, or the index of an element of the axis. */
export const paddingModes = {
  zeros: { outside: () => -1, widest: () => Number.POSITIVE_INFINITY },
  /** Mirrored at the first element and at the last */
  reflect: {
    outside: (place, size) => (place < 0 ? -place : 2 * (size - 1) - place),
    widest: (size) => size - 1,
  },
  /** The first or the last element, repeated */
  replicate: {
    outside: (place, size) => (place < 0 ? 0 : size - 1),
    widest: () => Number.POSITIVE_INFINITY,
  },
  /** Elements from the other end */
  circular: {
    outside: (place, size) => (place < 0 ? place + size : place - size),
    widest: (size) => size,
  },
} as const satisfies Record<string, Mode>;

export type PaddingMode = keyof typeof paddingModes;

/** Throws where an axis is too short for its padding. */
export function checkPadding(
  operation: string,
  mode: PaddingMode,
  size: number,
  pads: readonly number[],
  axis: number,
): void {
  const widest = paddingModes[mode].widest(size);
  const padding = Math.max(...pads);
  if (padding <= widest) return;
  throw new ArgumentError(
    operation,
    'input',
    `has ${size} elements in axis ${axis}; paddingMode '${mode}' with padding ${padding} takes more of them`,
  );
}
