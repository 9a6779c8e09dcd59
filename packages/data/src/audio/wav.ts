import { checkOptions, checkValue, kind, messageOf } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';
import * as wavefile from 'wavefile';
import { checkWholeWav } from './whole-wav.ts';

// Node takes the library's CommonJS build, whose class is on its default export; bundlers take its modules.
const { WaveFile } =
  'WaveFile' in wavefile ? wavefile : (wavefile as unknown as { default: typeof wavefile }).default;

/** Sampled sound. */
export interface Sound {
  /** Samples a second, Hz */
  readonly sampleRate: number;
  /** Samples of each channel, in [−1, 1) where the file has whole numbers */
  readonly channels: readonly Float32Array[];
}

export interface ReadWavOptions {
  /** What an error calls the file. Default `'WAV'`. */
  name?: string | undefined;
}

const kinds = { name: kind.text };

/** What a full scale of whole numbers is divided by, by the bit depth as the library names it; floating-point depths are absent. */
const FULL_SCALE: Readonly<Record<string, number>> = {
  '8': 2 ** 7,
  '16': 2 ** 15,
  '24': 2 ** 23,
  '32': 2 ** 31,
};

/** Depths that the library turns into 16 bits, and by what. */
const COMPRESSED = { '4': 'fromIMAADPCM', '8a': 'fromALaw', '8m': 'fromMuLaw' } as const;

/**
 * Reads a WAV file: PCM of 8 to 32 bits, floating point, A-law, µ-law and IMA ADPCM.
 *
 * @throws FormatError where the bytes are no such file, are cut off, or have no samples
 *
 * @example
 * const { sampleRate, channels: [samples] } = readWav(await readFile('seven.wav'));
 */
export function readWav(bytes: Uint8Array, options: ReadWavOptions = {}): Sound {
  const { name = 'WAV' } = checkOptions('readWav', options, kinds);
  checkValue(
    'readWav',
    'bytes',
    bytes,
    kind.required({ expected: 'a Uint8Array', fits: (value) => value instanceof Uint8Array }),
  );
  checkWholeWav(name, bytes);
  try {
    const file = new WaveFile();
    // The library takes the whole buffer behind a view for the file.
    file.fromBuffer(bytes.slice());
    if (file.bitDepth in COMPRESSED) file[COMPRESSED[file.bitDepth as keyof typeof COMPRESSED]]();
    const { sampleRate, numChannels } = file.fmt as { sampleRate: number; numChannels: number };
    const samples: unknown = file.getSamples(false, Float64Array);
    const perChannel = (numChannels === 1 ? [samples] : samples) as readonly Float64Array[];
    const scale = FULL_SCALE[file.bitDepth] ?? 1;
    const middle = file.bitDepth === '8' ? 128 : 0;
    return {
      sampleRate,
      channels: perChannel.map((channel) =>
        Float32Array.from(channel, (sample) => (sample - middle) / scale),
      ),
    };
  } catch (error) {
    throw new FormatError(`readWav: ${name} is no WAV file that can be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
