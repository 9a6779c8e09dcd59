import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { fake } from '../../test/fake-backend.ts';
import { BackendUnavailableError } from '../errors/backend-unavailable-error.ts';
import { calibrate } from './calibrate.ts';
import { useBackend } from './use-backend.ts';

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const absent = fake('absent', { support: async () => ({ supported: false, reason: 'no GPU' }) });

/** A step that takes the number of milliseconds given for the current backend */
const stepOf = (times: Record<string, number>) => () => wait(times[tf.getBackend()]!);

describe('calibrate', () => {
  it('switches the program and its variables to the fastest backend, and gives the reason', async () => {
    await useBackend(fake('start'));
    const variable = tf.variable(tf.scalar(5));
    const middle = fake('middle');
    const fast = fake('fast');
    const slow = fake('slow');
    const run = stepOf({ middle: 20, fast: 5, slow: 60 });
    const { backend, timings, reason } = await calibrate(run, [middle, fast, absent, slow], { budgetMs: 80 });
    expect(backend).toBe(fast);
    expect(tf.getBackend()).toBe('fast');
    expect((await variable.data())[0]).toBe(5);
    expect(timings.map(({ name }) => name)).toEqual(['middle', 'fast', 'absent', 'slow']);
    expect(timings[1]!.milliseconds).toBeLessThan(timings[0]!.milliseconds!);
    expect(timings[2]).toEqual({ name: 'absent', runs: 0, reason: 'no GPU' });
    expect(reason).toMatch(
      /^fast takes [\d.]+ ms a run; middle takes [\d.]+ ms; absent is out: no GPU; slow takes [\d.]+ ms$/,
    );
    variable.dispose();
  });

  it('stops timing a backend that is far slower than the best', async () => {
    const run = stepOf({ quick: 2, lame: 50 });
    const { timings } = await calibrate(run, [fake('quick'), fake('lame')], { budgetMs: 40 });
    expect(timings[0]!.runs).toBeGreaterThan(2);
    expect(timings[1]!.runs).toBe(1);
  });

  it('continues if the run fails on one backend', async () => {
    const run = async () => {
      if (tf.getBackend() === 'broken') throw new Error('no such kernel');
    };
    const { backend, reason } = await calibrate(run, [fake('broken'), fake('whole')], { budgetMs: 1 });
    expect(backend.name).toBe('whole');
    expect(reason).toMatch(/broken is out: its run failed: no such kernel$/);
  });

  it('rejects and keeps the former backend if no backend can be used', async () => {
    await useBackend(fake('before'));
    const failing = calibrate(() => Promise.reject(new Error('always')), [absent, fake('other')]);
    await expect(failing).rejects.toThrow(BackendUnavailableError);
    await expect(failing).rejects.toThrow(
      'calibrate: no backend can be used here.\n  absent: no GPU\n  other: its run failed: always',
    );
    expect(tf.getBackend()).toBe('before');
  });

  it('names the argument that is wrong', async () => {
    await expect(calibrate(3 as never, [absent])).rejects.toThrow('calibrate: run is 3; expected a function');
    await expect(calibrate(async () => {}, [])).rejects.toThrow(
      'calibrate: backends is []; expected a list of',
    );
    await expect(calibrate(async () => {}, [absent], { budgetMs: 0 })).rejects.toThrow(
      'calibrate: budgetMs is 0; expected a number over 0',
    );
  });
});
