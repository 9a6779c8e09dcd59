import { ArgumentError } from '@unroll/backend/errors';

export interface Framing {
  /** Number of samples in a frame */
  readonly nFft: number;
  /** Number of samples from one frame to the next */
  readonly hopLength: number;
  /** Whether frame t is centred on sample t · hopLength, with reflection at both ends */
  readonly center: boolean;
}

/** @throws when there are too few samples */
export function frameCount(samples: number, { nFft, hopLength, center }: Framing): number {
  const least = center ? Math.floor(nFft / 2) + 1 : nFft;
  if (samples >= least) {
    const length = center ? samples + 2 * Math.floor(nFft / 2) : samples;
    return Math.floor((length - nFft) / hopLength) + 1;
  }
  throw new ArgumentError(
    'LogMel.forward',
    'samples',
    `are ${samples}; a frame takes at least ${least} (nFft is ${nFft})`,
  );
}

/** @returns `[count, nFft]` */
export function framesOf(
  samples: Float32Array,
  first: number,
  count: number,
  { nFft, hopLength, center }: Framing,
): Float32Array {
  const before = center ? Math.floor(nFft / 2) : 0;
  const frames = new Float32Array(count * nFft);
  for (let frame = 0; frame < count; frame++) {
    const start = (first + frame) * hopLength - before;
    if (start >= 0 && start + nFft <= samples.length) {
      frames.set(samples.subarray(start, start + nFft), frame * nFft);
      continue;
    }
    for (let n = 0; n < nFft; n++) frames[frame * nFft + n] = samples[reflected(start + n, samples.length)]!;
  }
  return frames;
}

/** Reflects an index past an end back into the range. */
function reflected(index: number, length: number): number {
  const fromStart = Math.abs(index);
  return fromStart < length ? fromStart : 2 * (length - 1) - fromStart;
}
