/** The scale of pitch: O'Shaughnessy's formula as in HTK, or Slaney's Auditory Toolbox. */
export type MelScale = 'htk' | 'slaney';

interface Scale {
  readonly toMel: (hertz: number) => number;
  readonly toHertz: (mel: number) => number;
}

// Slaney's scale is linear below 1,000 Hz, which is 15 mel, and logarithmic above, with 27 mel per factor of 6.4.
const STEP = Math.log(6.4) / 27;

const scales: Readonly<Record<MelScale, Scale>> = {
  htk: {
    toMel: (hertz) => 2595 * Math.log10(1 + hertz / 700),
    toHertz: (mel) => 700 * (10 ** (mel / 2595) - 1),
  },
  slaney: {
    toMel: (hertz) => (hertz < 1000 ? (hertz * 3) / 200 : 15 + Math.log(hertz / 1000) / STEP),
    toHertz: (mel) => (mel < 15 ? (mel * 200) / 3 : 1000 * Math.exp((mel - 15) * STEP)),
  },
};

export interface MelFilterOptions {
  /** Number of frequencies of the spectrum, from 0 to half the sample rate */
  readonly frequencies: number;
  readonly nMels: number;
  /** Hz */
  readonly fMin: number;
  /** Hz */
  readonly fMax: number;
  /** Hz */
  readonly sampleRate: number;
  readonly melScale: MelScale;
  /** Whether each filter's area is 1 */
  readonly normalized: boolean;
}

/**
 * Triangular filters that overlap by half, at equal distances in mel: `torchaudio.functional.melscale_fbanks`.
 *
 * A filter that contains no frequency is 0 everywhere, and causes a warning, as in torchaudio.
 *
 * @returns `[frequencies, nMels]`
 */
export function melFilters(options: MelFilterOptions): Float32Array {
  const { frequencies, nMels, fMin, fMax, sampleRate, melScale, normalized } = options;
  const { toMel, toHertz } = scales[melScale];
  const low = toMel(fMin);
  const step = (toMel(fMax) - low) / (nMels + 1);
  const edges = Float64Array.from({ length: nMels + 2 }, (_, edge) => toHertz(low + edge * step));
  const empty: string[] = [];
  const filters = new Float32Array(frequencies * nMels);
  for (let mel = 0; mel < nMels; mel++) {
    const [left, centre, right] = edges.subarray(mel, mel + 3) as unknown as [number, number, number];
    const height = normalized ? 2 / (right - left) : 1;
    let covered = false;
    for (let bin = 0; bin < frequencies; bin++) {
      const hertz = (bin * Math.floor(sampleRate / 2)) / (frequencies - 1);
      const weight = Math.min((hertz - left) / (centre - left), (right - hertz) / (right - centre));
      if (weight <= 0) continue;
      filters[bin * nMels + mel] = height * weight;
      covered = true;
    }
    if (!covered) empty.push(`${mel} (${left.toFixed(0)}–${right.toFixed(0)} Hz)`);
  }
  if (empty.length > 0) {
    console.warn(
      `LogMel: ${empty.length} of ${nMels} mel filters have none of the ${frequencies} frequencies in them, and are always 0: ${empty.slice(0, 3).join(', ')}${empty.length > 3 ? ', …' : ''}. Take fewer filters (nMels) or a greater nFft.`,
    );
  }
  return filters;
}
