import '@tensorflow/tfjs-backend-cpu';
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LogMel, type LogMelOptions, resample } from '../audio.ts';

interface Fixtures {
  readonly torchaudio: string;
  readonly length: number;
  readonly mels: readonly {
    readonly options: Readonly<Record<string, never>>;
    readonly shape: readonly [number, number];
    readonly power: readonly number[];
    readonly log: readonly number[];
    readonly decibels: readonly number[];
  }[];
  readonly resamples: readonly {
    readonly from: number;
    readonly to: number;
    readonly options: { readonly lowpass_filter_width?: number; readonly rolloff?: number };
    readonly samples: readonly number[];
  }[];
}

const fixtures: Fixtures = JSON.parse(
  readFileSync(new URL('../../fixtures/torchaudio.json', import.meta.url), 'utf8'),
);
const SAMPLE_RATE = 8000;

/** The sound of python/write_audio_fixtures.py */
const chirp = (length: number) =>
  Float32Array.from({ length }, (_, n) => {
    const t = n / SAMPLE_RATE;
    const loud = n > 0.8 * length ? 0 : 1;
    const rising = 0.5 * Math.sin(2 * Math.PI * (200 + 3000 * t) * t);
    return loud * (rising + 0.25 * Math.sin(2 * Math.PI * 440 * t));
  });

// At this sample rate some of the default 128 filters contain no frequency. torchaudio warns about them, too.
beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

const camelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const renamed = (options: object) =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [camelCase(name), value]),
  ) as LogMelOptions;

/** The greatest difference, relative to the greatest number. */
function worst(values: ArrayLike<number>, expected: readonly number[]): number {
  const most = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, index) => Math.abs(value - values[index]!))) / most;
}

describe.each([
  ['TensorFlow.js', () => tf.setBackend('cpu')],
  ['@unroll/backend-cpu', () => useBackend(cpu({ threads: 1 }))],
])('features on %s', (_, use) => {
  beforeAll(async () => {
    await use();
  });
  afterAll(() => tf.setBackend('cpu'));

  it.each(fixtures.mels)('are torchaudio’s: $options', async ({ options, shape, power, log, decibels }) => {
    const before = tf.memory().numTensors;
    {
      const given = { sampleRate: SAMPLE_RATE, ...renamed(options) };
      using raw = new LogMel({ ...given, scale: 'power' });
      using db = new LogMel({ ...given, scale: 'db', topDb: 60 });
      using ln = new LogMel(given);
      const samples = chirp(fixtures.length);
      for (const [features, expected, tolerance] of [
        [raw, power, 5e-6],
        [db, decibels, 2e-5],
        // A nearly silent frame has float32 noise. In torchaudio itself it is 3e-5.
        [ln, log, 1e-4],
      ] as const) {
        const result = features.forward(samples);
        expect(result.shape).toEqual(shape);
        expect(worst(await result.data(), expected)).toBeLessThan(tolerance);
        result.dispose();
      }
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

it.each(fixtures.resamples)('resampling from $from to $to Hz equals torchaudio’s: $options', (fixture) => {
  const { from, to, options, samples } = fixture;
  const resampled = resample(chirp(400), { from, to, ...renamed(options) } as never);
  expect(resampled.length).toBe(samples.length);
  expect(worst(resampled, samples)).toBeLessThan(1e-5);
});
