import { FormatError } from '@unroll/backend/errors';

/** The encoding of samples. */
export interface WavFormat {
  /** Whole numbers are divided by this; 1 when samples are fractions */
  readonly fullScale: number;
  /** The value of silence */
  readonly middle: number;
  /** The library's method that expands compressed samples to 16 bits */
  readonly expand?: 'fromALaw' | 'fromMuLaw' | 'fromIMAADPCM';
}

/** By format tag and bits per sample. Whole numbers of one byte are unsigned. */
const FORMATS: Readonly<Record<string, WavFormat>> = {
  '1/8': { fullScale: 2 ** 7, middle: 128 },
  '1/16': { fullScale: 2 ** 15, middle: 0 },
  '1/24': { fullScale: 2 ** 23, middle: 0 },
  '1/32': { fullScale: 2 ** 31, middle: 0 },
  '3/32': { fullScale: 1, middle: 0 },
  '3/64': { fullScale: 1, middle: 0 },
  '6/8': { fullScale: 2 ** 15, middle: 0, expand: 'fromALaw' },
  '7/8': { fullScale: 2 ** 15, middle: 0, expand: 'fromMuLaw' },
  '17/4': { fullScale: 2 ** 15, middle: 0, expand: 'fromIMAADPCM' },
};

const NAMES: Readonly<Record<number, string>> = { 1: 'PCM', 2: 'MS ADPCM', 3: 'floating point', 85: 'MP3' };

/** The tag of WAVE_FORMAT_EXTENSIBLE. The actual tag is at the beginning of the subformat's identifier. */
const EXTENSIBLE = 0xfffe;
const SUBFORMAT = 24;

/** In RF64 files, which may exceed 4 GiB, this size means that the actual size is elsewhere. */
const ELSEWHERE = 0xffff_ffff;

/**
 * Reads the encoding of a file's samples. It rejects a truncated file, of which the library would read the remaining
 * samples. The tag of an extensible format is copied to the place where the library expects it.
 *
 * @param bytes the file, which is changed when its format is extensible
 * @throws FormatError also when there is no RIFF header, there are no samples, or the encoding is not supported
 */
export function readWavFormat(name: string, bytes: Uint8Array): WavFormat {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  const container = word(0);
  const little = container !== 'RIFX';
  if (!['RIFF', 'RIFX', 'RF64'].includes(container) || word(8) !== 'WAVE') {
    throw new FormatError(
      `readWav: ${name} is no WAV file; expected its first bytes to be RIFF, a size and WAVE`,
    );
  }
  let format: WavFormat | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, little);
    const start = at + 8;
    const left = bytes.length - start;
    if (word(at) === 'fmt ' && left >= 16) format = formatAt(name, view, start, Math.min(size, left), little);
    if (word(at) === 'data') {
      if (!format) throw new FormatError(`readWav: ${name} has samples, but no fmt chunk before them`);
      if (size <= left || (container === 'RF64' && size === ELSEWHERE)) return format;
      throw new FormatError(
        `readWav: ${name} is cut off: its samples take ${size} bytes, and ${left} are there`,
      );
    }
    at = start + size + (size % 2);
  }
  throw new FormatError(`readWav: ${name} has no data chunk, and so no samples`);
}

function formatAt(name: string, view: DataView, start: number, size: number, little: boolean): WavFormat {
  let tag = view.getUint16(start, little);
  if (tag === EXTENSIBLE && size >= SUBFORMAT + 2) {
    tag = view.getUint16(start + SUBFORMAT, little);
    view.setUint16(start, tag, little);
  }
  const bits = view.getUint16(start + 14, little);
  const format = FORMATS[`${tag}/${bits}`];
  if (format) return format;
  const named = NAMES[tag] ? `${NAMES[tag]} (${tag})` : `format ${tag}`;
  throw new FormatError(
    `readWav: ${name} has samples in ${named} of ${bits} bits; expected PCM of 8, 16, 24 or 32 bits, floating point of 32 or 64, A-law, µ-law or IMA ADPCM`,
  );
}
