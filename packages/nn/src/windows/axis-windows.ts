/** The windows along one axis. */
export interface WindowedAxis {
  /** Elements of the axis */
  readonly size: number;
  /** Elements of a window */
  readonly kernel: number;
  readonly stride: number;
  /** Steps from one element of a window to the next */
  readonly dilation: number;
  /** Padding before the first element and after the last */
  readonly pads: readonly [before: number, after: number];
}

/** The extent of a window, from its first element to its last, both included. */
export const reach = ({ kernel, dilation }: WindowedAxis): number => dilation * (kernel - 1) + 1;

/**
 * The number of windows: those that fit, and for `ceilMode` one more that begins before the padding after the last
 * element and ends beyond it.
 */
export function windowCount(axis: WindowedAxis, ceilMode = false): number {
  const { size, stride, pads } = axis;
  const [before, after] = pads;
  const steps = (before + size + after - reach(axis)) / stride;
  if (!ceilMode) return Math.floor(steps) + 1;
  const count = Math.ceil(steps) + 1;
  return (count - 1) * stride >= size + before ? count - 1 : count;
}

/** The element for a place of a window outside the axis; −1: padding. */
export type Outside = (place: number, size: number) => number;

/** The elements of windows, by their index along the axis, or along several axes as they lie in memory. */
export interface Windows {
  /** The number of windows */
  readonly count: number;
  /** Elements of a window */
  readonly kernel: number;
  /** The number of elements to choose from */
  readonly size: number;
  /** `[kernel · count]`: the first element of all windows, the second of all windows, …; −1 for padding */
  readonly places: readonly number[];
}

export function windowsAlong(axis: WindowedAxis, count: number, outside: Outside): Windows {
  const { size, kernel, stride, dilation, pads } = axis;
  const places: number[] = [];
  for (let k = 0; k < kernel; k++) {
    for (let window = 0; window < count; window++) {
      const place = window * stride - pads[0] + k * dilation;
      places.push(place >= 0 && place < size ? place : outside(place, size));
    }
  }
  return { count, kernel, size, places };
}

/** Windows over two axes, of which the second lies closer in memory: `kernel₁ · kernel₂` by `count₁ · count₂`. */
export function crossed(outer: Windows, inner: Windows): Windows {
  const places: number[] = [];
  for (let k = 0; k < outer.kernel; k++) {
    for (let l = 0; l < inner.kernel; l++) {
      for (let row = 0; row < outer.count; row++) {
        const first = outer.places[k * outer.count + row]!;
        for (let column = 0; column < inner.count; column++) {
          const second = inner.places[l * inner.count + column]!;
          places.push(first < 0 || second < 0 ? -1 : first * inner.size + second);
        }
      }
    }
  }
  return {
    count: outer.count * inner.count,
    kernel: outer.kernel * inner.kernel,
    size: outer.size * inner.size,
    places,
  };
}
