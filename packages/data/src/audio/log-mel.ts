import {
  add,
  concat,
  log,
  matMul,
  max,
  maximum,
  mul,
  type Rank,
  scalar,
  slice,
  square,
  sub,
  type Tensor2D,
  tensor2d,
  tidy,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { samples as isSamples } from '../kinds.ts';
import { dftBasis } from './dft-basis.ts';
import { type Framing, frameCount, framesOf } from './frames.ts';
import { type MelScale, melFilters } from './mel-filters.ts';

export interface LogMelOptions {
  /** Sample rate, Hz. Default 16,000. */
  sampleRate?: number | undefined;
  /** Number of samples in a Fourier transform. Default 400. */
  nFft?: number | undefined;
  /** Number of samples in the window, at most nFft. Default nFft. */
  winLength?: number | undefined;
  /** Number of samples from one frame to the next. Default ⌊winLength / 2⌋. */
  hopLength?: number | undefined;
  /** Number of mel filters, which is the number of features in a frame. Default 128. */
  nMels?: number | undefined;
  /** The lowest frequency, Hz. Default 0. */
  fMin?: number | undefined;
  /** The highest frequency, Hz. Default ⌊sampleRate / 2⌋. */
  fMax?: number | undefined;
  /** Default `'htk'` */
  melScale?: MelScale | undefined;
  /** `'slaney'` makes each filter's area 1. Default `'none'`. */
  norm?: 'none' | 'slaney' | undefined;
  /**
   * Whether frame t is centred on sample t · hopLength, with reflection at both ends; otherwise it begins there.
   * Default true.
   */
  center?: boolean | undefined;
  /**
   * `'log'`: ln(power + offset); `'db'`: 10 · log₁₀ of the power, but of at least 10⁻¹⁰; `'power'`: the power. Default
   * `'log'`.
   */
  scale?: 'log' | 'db' | 'power' | undefined;
  /** Added to the power by `'log'`, so that silence is finite. Default 1e-6. */
  offset?: number | undefined;
  /**
   * The greatest distance of `'db'` values from the loudest, dB. Default: no limit, as in
   * `torchaudio.transforms.AmplitudeToDB`.
   */
  topDb?: number | undefined;
}

const kinds = {
  sampleRate: kind.whole(1),
  nFft: kind.whole(2),
  winLength: kind.whole(1),
  hopLength: kind.whole(1),
  nMels: kind.whole(1),
  fMin: kind.atLeast(0),
  fMax: kind.above(0),
  melScale: kind.choice('htk', 'slaney'),
  norm: kind.choice('none', 'slaney'),
  center: kind.flag,
  scale: kind.choice('log', 'db', 'power'),
  offset: kind.above(0),
  topDb: kind.atLeast(0),
};

/** Number of frames in one matrix product, which bounds the memory for a long recording. */
const FRAMES_AT_ONCE = 2048;

/**
 * Log-mel features of sound: `torchaudio.transforms.MelSpectrogram` with its defaults, and the logarithm. The Fourier
 * transform is a matrix product, so that it runs on every backend.
 *
 * With x a frame, w the Hann window, S its discrete Fourier transform and M the mel filters:
 * S = F · (w ∘ x),  features = log(|S|² · M)
 *
 * @example
 * using logMel = new LogMel({ sampleRate: 8000, nFft: 200, hopLength: 80, nMels: 40 });
 * const features = logMel.forward(samples); // [T, 40]
 *
 * @see https://pytorch.org/audio/stable/generated/torchaudio.transforms.MelSpectrogram.html
 */
export class LogMel {
  readonly sampleRate: number;
  readonly nMels: number;
  readonly #framing: Framing;
  readonly #scale: 'log' | 'db' | 'power';
  readonly #offset: number;
  readonly #topDb: number | undefined;
  // Variables, so that useBackend moves them to the new backend.
  /** `[nFft, 2·frequencies]`: the real parts, then the imaginary parts, both with the window applied */
  readonly #basis: Variable<Rank.R2>;
  /** `[frequencies, nMels]` */
  readonly #filters: Variable<Rank.R2>;

  constructor(options: LogMelOptions = {}) {
    const given = checkOptions('LogMel', options, kinds);
    const { sampleRate = 16_000, nFft = 400, nMels = 128, fMin = 0, melScale = 'htk', norm = 'none' } = given;
    const { winLength = nFft, fMax = Math.floor(sampleRate / 2) } = given;
    const {
      hopLength = Math.floor(winLength / 2),
      center = true,
      scale = 'log',
      offset = 1e-6,
      topDb,
    } = given;
    if (winLength > nFft)
      throw new ArgumentError(
        'LogMel',
        'winLength',
        `is ${winLength}; expected at most nFft, which is ${nFft}`,
      );
    if (fMin >= fMax)
      throw new ArgumentError('LogMel', 'fMin', `is ${fMin}; expected less than fMax, which is ${fMax}`);
    if (topDb !== undefined && scale !== 'db') {
      throw new ArgumentError(
        'LogMel',
        'topDb',
        `is ${topDb} with the scale '${scale}'; expected the scale 'db'`,
      );
    }
    this.sampleRate = sampleRate;
    this.nMels = nMels;
    this.#framing = { nFft, hopLength: Math.max(1, hopLength), center };
    this.#scale = scale;
    this.#offset = offset;
    this.#topDb = topDb;
    const frequencies = Math.floor(nFft / 2) + 1;
    const filters = melFilters({
      frequencies,
      nMels,
      fMin,
      fMax,
      sampleRate,
      melScale,
      normalized: norm === 'slaney',
    });
    this.#basis = tidy(() => variable(tensor2d(dftBasis(nFft, winLength), [nFft, 2 * frequencies]), false));
    this.#filters = tidy(() => variable(tensor2d(filters, [frequencies, nMels]), false));
  }

  /**
   * @param samples of one channel
   * @returns `[T, nMels]`; with `center`, T is 1 + ⌊samples / hopLength⌋
   * @throws when there are too few samples for a frame
   */
  forward(samples: Float32Array): Tensor2D {
    checkValue('LogMel.forward', 'samples', samples, kind.required(isSamples));
    const frames = frameCount(samples.length, this.#framing);
    return tidy(() => {
      const parts: Tensor2D[] = [];
      for (let first = 0; first < frames; first += FRAMES_AT_ONCE) {
        const count = Math.min(FRAMES_AT_ONCE, frames - first);
        parts.push(this.#power(framesOf(samples, first, count, this.#framing), count));
      }
      return this.#scaled(parts.length === 1 ? parts[0]! : concat(parts, 0));
    });
  }

  /**
   * The features as numbers, one array per frame, for `padded()`.
   *
   * @returns T arrays of nMels
   */
  async rows(samples: Float32Array): Promise<Float32Array[]> {
    const features = this.forward(samples);
    try {
      const values = (await features.data()) as Float32Array;
      return Array.from({ length: features.shape[0] }, (_, frame) =>
        values.slice(frame * this.nMels, (frame + 1) * this.nMels),
      );
    } finally {
      features.dispose();
    }
  }

  /** Frees the matrices. */
  dispose(): void {
    this.#basis.dispose();
    this.#filters.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #power(frames: Float32Array, count: number): Tensor2D {
    const { nFft } = this.#framing;
    const spectrum = square(matMul(tensor2d(frames, [count, nFft]), this.#basis)); // [T, 2·frequencies]
    const frequencies = spectrum.shape[1]! / 2;
    const real = slice(spectrum, [0, 0], [count, frequencies]);
    const imaginary = slice(spectrum, [0, frequencies], [count, frequencies]);
    return matMul(add(real, imaginary), this.#filters) as Tensor2D; // [T, nMels]
  }

  #scaled(power: Tensor2D): Tensor2D {
    if (this.#scale === 'power') return power;
    if (this.#scale === 'log') return log(add(power, scalar(this.#offset)));
    const decibels: Tensor2D = mul(log(maximum(power, 1e-10)), scalar(10 / Math.LN10));
    return this.#topDb === undefined ? decibels : maximum(decibels, sub(max(decibels), this.#topDb));
  }
}
