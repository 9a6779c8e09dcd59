/** A recording of a known class. */
export interface Template {
  /** Features of each frame, `[T, F]` */
  readonly frames: readonly Float32Array[];
  readonly label: number;
}

/** The half-width of the band around the diagonal, as a share of the longer sequence */
const BAND = 0.2;

/**
 * The class of the nearest template by dynamic time warping (Sakoe and Chiba 1978).
 *
 * @returns a function from frames to a class
 * @see https://en.wikipedia.org/wiki/Dynamic_time_warping
 */
export function nearestTemplate(templates: readonly Template[]): (frames: readonly Float32Array[]) => number {
  const stored = templates.map(({ frames, label }) => ({ frames: flat(frames), label }));
  return (frames) => {
    const asked = flat(frames);
    let [least, nearest] = [Number.POSITIVE_INFINITY, 0];
    for (const { frames: template, label } of stored) {
      const distance = warpedDistance(asked, template, least);
      if (distance < least) [least, nearest] = [distance, label];
    }
    return nearest;
  };
}

/** Frames one after the other in one array */
interface FlatFrames {
  readonly count: number;
  readonly features: number;
  readonly values: Float32Array;
}

function flat(frames: readonly Float32Array[]): FlatFrames {
  const features = frames[0]!.length;
  const values = new Float32Array(frames.length * features);
  for (const [t, frame] of frames.entries()) values.set(frame, t * features);
  return { count: frames.length, features, values };
}

/**
 * The least sum of distances along a path through both sequences, divided by their lengths. Steps to the next frame of
 * one sequence weigh 1, and steps in both weigh 2: `D(i, j) = min(D(i−1, j) + d, D(i, j−1) + d, D(i−1, j−1) + 2d)`. The
 * path stays in a band around the diagonal.
 *
 * @param limit stops when the distance is certain to exceed this
 */
function warpedDistance(a: FlatFrames, b: FlatFrames, limit = Number.POSITIVE_INFINITY): number {
  const slope = b.count / a.count;
  const width = Math.max(slope, BAND * Math.max(a.count, b.count));
  const most = limit * (a.count + b.count);
  // Index j + 1 has D(i, j), and index 0 is outside.
  let before = new Float64Array(b.count + 1).fill(Number.POSITIVE_INFINITY);
  let row = new Float64Array(b.count + 1);
  before[0] = 0;
  for (let i = 0; i < a.count; i++) {
    const middle = i * slope;
    const first = Math.max(0, Math.ceil(middle - width));
    const last = Math.min(b.count - 1, Math.floor(middle + slope + width));
    row.fill(Number.POSITIVE_INFINITY);
    let least = Number.POSITIVE_INFINITY;
    for (let j = first; j <= last; j++) {
      const d = frameDistance(a, i, b, j);
      const reached = Math.min(before[j + 1]! + d, row[j]! + d, before[j]! + 2 * d);
      row[j + 1] = reached;
      if (reached < least) least = reached;
    }
    if (least > most) return Number.POSITIVE_INFINITY;
    const done = row;
    row = before;
    before = done;
  }
  return before[b.count]! / (a.count + b.count);
}

/** The Euclidean distance of frame i of a and frame j of b. */
function frameDistance(a: FlatFrames, i: number, b: FlatFrames, j: number): number {
  const x = a.values;
  const y = b.values;
  const features = a.features;
  let sum = 0;
  for (let f = 0, p = i * features, q = j * features; f < features; f++, p++, q++) {
    const difference = x[p]! - y[q]!;
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}
