import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { samples as isSamples } from '../kinds.ts';

export interface ResampleOptions {
  /** Given sample rate, Hz, a whole number */
  from: number;
  /** Wanted sample rate, Hz, a whole number */
  to: number;
  /** Number of zero crossings of the sinc on each side. More crossings make a sharper filter. Default 6. */
  lowpassFilterWidth?: number | undefined;
  /** The cut-off as a fraction of the lower rate's Nyquist frequency. Default 0.99. */
  rolloff?: number | undefined;
}

const kinds = {
  from: kind.required(kind.whole(1)),
  to: kind.required(kind.whole(1)),
  lowpassFilterWidth: kind.whole(1),
  rolloff: kind.inside('(0, 1]'),
};

/**
 * Resamples by band-limited interpolation with a sinc under a Hann window: `torchaudio.functional.resample`.
 *
 * With t the distance from a sample in periods of the cut-off, |t| ≤ w:  h(t) = cutOff / from · cos²(π·t / 2w) · sin(π·t) / (π·t)
 *
 * @returns ⌈length · to / from⌉ samples
 *
 * @see https://pytorch.org/audio/stable/generated/torchaudio.functional.resample.html
 */
export function resample(samples: Float32Array, options: ResampleOptions): Float32Array {
  const given = checkOptions('resample', options, kinds);
  checkValue('resample', 'samples', samples, kind.required(isSamples));
  const { lowpassFilterWidth = 6, rolloff = 0.99 } = given;
  const divisor = greatestCommonDivisor(given.from, given.to);
  const from = given.from / divisor;
  const to = given.to / divisor;
  if (from === to) return samples.slice();
  const cutOff = Math.min(from, to) * rolloff;
  const width = Math.ceil((lowpassFilterWidth * from) / cutOff);
  // Output n is at input n·from/to: in block ⌊n/to⌋ of `from` samples, at one of `to` phases of the block.
  const filters = Array.from({ length: to }, (_, phase) => {
    const first = Math.floor((phase * from) / to) - width;
    const weights = Float64Array.from({ length: 2 * width + 2 }, (__, tap) => {
      const t = ((first + tap) / from - phase / to) * cutOff;
      return Math.abs(t) < lowpassFilterWidth ? (cutOff / from) * windowedSinc(t, lowpassFilterWidth) : 0;
    });
    return { first, weights };
  });
  return Float32Array.from({ length: Math.ceil((samples.length * to) / from) }, (_, n) => {
    const { first, weights } = filters[n % to]!;
    const start = Math.floor(n / to) * from + first;
    let sum = 0;
    for (let tap = Math.max(0, -start); tap < weights.length && start + tap < samples.length; tap++) {
      sum += weights[tap]! * samples[start + tap]!;
    }
    return sum;
  });
}

function windowedSinc(t: number, width: number): number {
  const sinc = t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
  return Math.cos((Math.PI * t) / (2 * width)) ** 2 * sinc;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
