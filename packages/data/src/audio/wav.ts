import { checkOptions, checkValue, kind, messageOf } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';
import * as wavefile from 'wavefile';
import { bytes as isBytes } from '../kinds.ts';
import { readWavFormat } from './wav-format.ts';

// Node loads the library's CommonJS build, whose class is on its default export. Bundlers load its modules.
const { WaveFile } =
  'WaveFile' in wavefile ? wavefile : (wavefile as unknown as { default: typeof wavefile }).default;

/** Sampled sound. */
export interface Sound {
  /** Sample rate, Hz */
  readonly sampleRate: number;
  /** Samples of each channel, in [−1, 1) when the file has whole numbers */
  readonly channels: readonly Float32Array[];
}

export interface ReadWavOptions {
  /** The file's name in errors. Default `'WAV'`. */
  name?: string | undefined;
}

const kinds = { name: kind.text };

/**
 * Reads a WAV file: PCM of 8 to 32 bits, floating point of 32 or 64 bits, A-law, µ-law and IMA ADPCM.
 *
 * @throws FormatError when the bytes are not a WAV file, are truncated, have no samples, or have another encoding
 *
 * @example
 * const { sampleRate, channels: [samples] } = readWav(await readFile('seven.wav'));
 */
export function readWav(bytes: Uint8Array, options: ReadWavOptions = {}): Sound {
  const { name = 'WAV' } = checkOptions('readWav', options, kinds);
  checkValue('readWav', 'bytes', bytes, kind.required(isBytes));
  // Copy the bytes: the library would read the whole buffer behind a view, and `slice` of a Buffer returns a view.
  const copy = new Uint8Array(bytes);
  const { fullScale, middle, expand } = readWavFormat(name, copy);
  try {
    const file = new WaveFile();
    file.fromBuffer(copy);
    if (expand) file[expand]();
    const { sampleRate, numChannels } = file.fmt as { sampleRate: number; numChannels: number };
    const samples: unknown = file.getSamples(false, Float64Array);
    const perChannel = (numChannels === 1 ? [samples] : samples) as readonly Float64Array[];
    return {
      sampleRate,
      channels: perChannel.map((channel) =>
        Float32Array.from(channel, (sample) => (sample - middle) / fullScale),
      ),
    };
  } catch (error) {
    throw new FormatError(`readWav: ${name} is no WAV file that can be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
