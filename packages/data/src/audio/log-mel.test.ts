import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { LogMel, type LogMelOptions, resample } from '../audio.ts';
import { padded } from '../batches/index.ts';

const tone = (length: number) => Float32Array.from({ length }, (_, n) => Math.sin(n / 3));

describe('log-mel features', () => {
  it('of a long recording equal those of its parts, and no frame is lost', async () => {
    using logMel = new LogMel({ sampleRate: 8000, nFft: 64, hopLength: 8, nMels: 8 });
    const features = logMel.forward(tone(20_000));
    expect(features.shape).toEqual([2501, 8]);
    const middle = logMel.forward(tone(20_000).subarray(16_000, 17_000));
    // Away from the ends, frame 2,000 + t of the whole equals frame t of the part that begins at sample 16,000.
    const frames = (of: tf.Tensor2D, first: number) => tf.slice(of, [first, 0], [50, 8]).array();
    expect(await frames(features, 2040)).toEqual(await frames(middle, 40));
    tf.dispose([features, middle]);
  });

  it('are rows for a batch of clips, and leave no tensor behind', async () => {
    using logMel = new LogMel({ sampleRate: 8000, nFft: 64, nMels: 8 });
    const before = tf.memory().numTensors;
    const clips = await Promise.all([logMel.rows(tone(320)), logMel.rows(tone(640))]);
    expect(tf.memory().numTensors).toBe(before);
    const batch = padded()(clips);
    expect(batch.values.shape).toEqual([21, 2, 8]);
    expect(batch.lengths).toEqual([11, 21]);
    tf.dispose(batch);
  });

  it('of silence are finite', async () => {
    for (const scale of ['log', 'db'] as const) {
      using logMel = new LogMel({ nMels: 40, scale });
      const [frame] = await logMel.rows(new Float32Array(800));
      expect(frame!.every(Number.isFinite)).toBe(true);
    }
  });

  it.each<[LogMelOptions, string]>([
    [{ nFft: 64, winLength: 65 }, 'LogMel: winLength is 65; expected at most nFft, which is 64'],
    [{ fMin: 4000, fMax: 3000 }, 'LogMel: fMin is 4000; expected less than fMax, which is 3000'],
    [{ topDb: 80 }, "LogMel: topDb is 80 with the scale 'log'; expected the scale 'db'"],
    [{ hopLength: 0 }, 'LogMel: hopLength is 0; expected a whole number of at least 1'],
  ])('throw for %j', (options, message) => {
    expect(() => new LogMel(options)).toThrow(message);
  });

  it('of filters without any frequency are silence, with a warning', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    using logMel = new LogMel({ nFft: 64, nMels: 64, scale: 'power' });
    expect(warn.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^LogMel: \d+ of 64 mel filters have none of the 33 frequencies in them, and are always 0: 0 \(0–/,
        ),
      ],
    ]);
    warn.mockRestore();
    const [frame] = await logMel.rows(tone(200));
    expect(frame![0]).toBe(0);
  });

  it('need enough samples for a frame', () => {
    using logMel = new LogMel({ nMels: 40 });
    expect(() => logMel.forward(tone(200))).toThrow(
      'LogMel.forward: samples are 200; a frame takes at least 201 (nFft is 400)',
    );
    expect(() => logMel.forward([0] as never)).toThrow(
      'LogMel.forward: samples is [0]; expected a Float32Array, one channel',
    );
  });
});

describe('resample', () => {
  it('returns a tone that was resampled up and down again', () => {
    const samples = tone(2000);
    const back = resample(resample(samples, { from: 8000, to: 16_000 }), { from: 16_000, to: 8000 });
    expect(back.length).toBe(2000);
    // Away from the ends, where samples are missing.
    for (let n = 100; n < 1900; n++) expect(back[n]).toBeCloseTo(samples[n]!, 2);
  });

  it('copies when the rates are equal, and accepts few samples or none', () => {
    const samples = tone(3);
    const same = resample(samples, { from: 8000, to: 8000 });
    expect(same).toEqual(samples);
    expect(same.buffer).not.toBe(samples.buffer);
    expect(resample(new Float32Array(0), { from: 2, to: 3 }).length).toBe(0);
    expect(resample(tone(1), { from: 2, to: 3 }).length).toBe(2);
  });

  it('throws for rates that are not whole numbers', () => {
    expect(() => resample(tone(3), { from: 8000.5, to: 8000 })).toThrow(
      'resample: from is 8000.5; expected a whole number of at least 1',
    );
  });
});
