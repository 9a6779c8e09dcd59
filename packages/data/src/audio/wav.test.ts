import { describe, expect, it } from 'vitest';
import { readWav } from '../audio.ts';

/** Samples of two interleaved channels */
const SAMPLES = [0, 0.5, -0.5, 0.25, -1, 0.75];

interface Encoding {
  readonly format: number;
  readonly bits: number;
  readonly put: (view: DataView, at: number, sample: number) => void;
}

const encodings: Readonly<Record<string, Encoding>> = {
  '8 bits': { format: 1, bits: 8, put: (view, at, sample) => view.setUint8(at, 128 + sample * 128) },
  '16 bits': { format: 1, bits: 16, put: (view, at, sample) => view.setInt16(at, sample * 2 ** 15, true) },
  '24 bits': {
    format: 1,
    bits: 24,
    put(view, at, sample) {
      const value = sample * 2 ** 23;
      view.setUint16(at, value & 0xffff, true);
      view.setInt8(at + 2, value >> 16);
    },
  },
  '32 bits': { format: 1, bits: 32, put: (view, at, sample) => view.setInt32(at, sample * 2 ** 31, true) },
  float32: { format: 3, bits: 32, put: (view, at, sample) => view.setFloat32(at, sample, true) },
  float64: { format: 3, bits: 64, put: (view, at, sample) => view.setFloat64(at, sample, true) },
};

function wav({ format, bits, put }: Encoding, channels: number): Uint8Array {
  const width = bits / 8;
  const bytes = new Uint8Array(44 + SAMPLES.length * width);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string) => bytes.set(new TextEncoder().encode(word), at);
  text(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, format, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 8000 * channels * width, true);
  view.setUint16(32, channels * width, true);
  view.setUint16(34, bits, true);
  text(36, 'data');
  view.setUint32(40, SAMPLES.length * width, true);
  for (const [index, sample] of SAMPLES.entries()) put(view, 44 + index * width, sample);
  return bytes;
}

describe.each(Object.entries(encodings))('a WAV file of %s', (_, encoding) => {
  it('is read by channel, with whole numbers as fractions of full scale', () => {
    const mono = readWav(wav(encoding, 1));
    expect(mono.sampleRate).toBe(8000);
    expect(mono.channels.map((channel) => [...channel])).toEqual([SAMPLES]);
    const stereo = readWav(wav(encoding, 2));
    expect(stereo.channels.map((channel) => [...channel])).toEqual([
      [0, -0.5, -1],
      [0.5, 0.25, 0.75],
    ]);
  });

  it('is read from a view in the middle of a buffer', () => {
    const bytes = wav(encoding, 1);
    const buffer = new Uint8Array(bytes.length + 20);
    buffer.set(bytes, 7);
    expect(readWav(buffer.subarray(7, 7 + bytes.length))).toEqual(readWav(bytes));
    const pooled = Buffer.from(buffer.buffer, 7, bytes.length);
    expect(readWav(pooled)).toEqual(readWav(bytes));
  });
});

/** The same file as WAVE_FORMAT_EXTENSIBLE: a longer format, whose subformat begins with the tag. */
function extensible(bytes: Uint8Array): Uint8Array {
  const tag = bytes.slice(20, 22);
  const longer = new Uint8Array(bytes.length + 24);
  longer.set(bytes.subarray(0, 36));
  longer.set(bytes.subarray(36), 60);
  const view = new DataView(longer.buffer);
  view.setUint32(4, longer.length - 8, true);
  view.setUint32(16, 40, true);
  view.setUint16(20, 0xfffe, true);
  view.setUint16(36, 22, true);
  view.setUint16(38, view.getUint16(34, true), true);
  longer.set(tag, 44);
  longer.set([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71], 46);
  return longer;
}

describe('an extensible WAV file', () => {
  it.each(Object.entries(encodings))('of %s is read by its subformat', (_, encoding) => {
    expect(readWav(extensible(wav(encoding, 1)))).toEqual(readWav(wav(encoding, 1)));
  });

  it('of A-law is read by its subformat', () => {
    const aLaw = wav({ format: 6, bits: 8, put: (view, at) => view.setUint8(at, 0xd5) }, 1);
    expect(readWav(extensible(aLaw))).toEqual(readWav(aLaw));
    expect(Math.abs(readWav(aLaw).channels[0]![0]!)).toBeLessThan(0.001);
  });
});

describe('a WAV file of µ-law', () => {
  it('is expanded', () => {
    // 0xff is 0, 0x80 the greatest, 0x00 the least: ITU-T G.711.
    const bytes = wav(
      {
        format: 7,
        bits: 8,
        put: (view, at, sample) => view.setUint8(at, sample === 0 ? 0xff : sample > 0 ? 0x80 : 0),
      },
      1,
    );
    const [samples] = readWav(bytes).channels;
    expect(samples![0]).toBeCloseTo(0, 3);
    expect(samples![1]).toBeCloseTo(32124 / 32768, 4);
    expect(samples![2]).toBeCloseTo(-32124 / 32768, 4);
  });
});

describe('readWav', () => {
  const whole = wav(encodings['16 bits']!, 1);

  it('throws a FormatError for bytes that are not a WAV file, or are truncated', () => {
    expect(() => readWav(whole.subarray(0, 50), { name: 'a.wav' })).toThrow(
      'readWav: a.wav is cut off: its samples take 12 bytes, and 6 are there',
    );
    expect(() => readWav(new Uint8Array(3))).toThrow('readWav: WAV is no WAV file');
    expect(() => readWav(whole.subarray(0, 36))).toThrow('readWav: WAV has no data chunk, and so no samples');
    for (let length = 0; length < whole.length; length++) {
      expect(() => readWav(whole.subarray(0, length))).toThrow(
        expect.objectContaining({ name: 'FormatError' }),
      );
    }
    for (let at = 0; at < 44; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const mutated = whole.slice();
        mutated[at] = value;
        try {
          const { channels } = readWav(mutated);
          expect(channels.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ name: 'FormatError' });
        }
      }
    }
  });

  it.each([
    [1, 12, 'samples in PCM (1) of 12 bits; expected PCM of 8, 16, 24 or 32 bits, floating point'],
    [1, 20, 'samples in PCM (1) of 20 bits'],
    [2, 4, 'samples in MS ADPCM (2) of 4 bits'],
    [85, 0, 'samples in MP3 (85) of 0 bits'],
    [3, 16, 'samples in floating point (3) of 16 bits'],
  ])('throws for format %i of %i bits, and names it', (format, bits, message) => {
    const bytes = whole.slice();
    bytes[20] = format;
    bytes[34] = bits;
    expect(() => readWav(bytes)).toThrow(`readWav: WAV has ${message}`);
  });

  it('throws for an argument that is not bytes', () => {
    expect(() => readWav('a.wav' as never)).toThrow("readWav: bytes is 'a.wav'; expected a Uint8Array");
  });
});
