import { describe, expect, it } from 'vitest';
import type { ValidationEvent } from '../events.ts';
import { budget } from './budget.ts';
import { earlyStopping } from './early-stopping.ts';

const validation = (values: Record<string, number>, mode: 'min' | 'max' = 'min'): ValidationEvent => ({
  type: 'validation',
  epoch: 0,
  step: 0,
  values,
  monitored: Object.keys(values)[0]!,
  mode,
  best: false,
  seconds: 1,
});

describe('earlyStopping', () => {
  it('ends a run after `patience` validations in a row without a better value', () => {
    const stopping = earlyStopping({ patience: 2 });
    const losses = [3, 2, 2, 1.9, 2.5, 1.9];
    const ends = losses.map((loss) => stopping.observe(validation({ loss })));
    expect(ends.slice(0, 5)).toEqual(Array(5).fill(undefined));
    expect(ends[5]).toBe('loss was not better than 1.9 in 2 validations');
  });

  it('requires a difference, and uses its own value and direction, or those that the run monitors', () => {
    const own = earlyStopping({ value: 'f1', mode: 'max', patience: 1, minDelta: 0.1 });
    expect(own.observe(validation({ loss: 1, f1: 0.5 }))).toBeUndefined();
    expect(own.observe(validation({ loss: 0.5, f1: 0.55 }))).toContain(
      'f1 was not better than 0.5 in 1 validation',
    );
    const followed = earlyStopping({ patience: 1 });
    expect(followed.observe(validation({ bleu: 10 }, 'max'))).toBeUndefined();
    expect(followed.observe(validation({ bleu: 11 }, 'max'))).toBeUndefined();
    expect(followed.observe(validation({ bleu: 11 }, 'max'))).toContain('bleu');
    expect(() => own.observe(validation({ loss: 1 }))).toThrow("value is 'f1'; the validation gives loss");
  });

  it('ends a run at once when the value is not finite', () => {
    expect(earlyStopping().observe(validation({ loss: Number.NaN }))).toBe('loss is NaN');
  });

  it('continues from its state, and ends a run again that it had ended before', () => {
    const first = earlyStopping({ patience: 2 });
    for (const loss of [1, 2, 3]) first.observe(validation({ loss }));
    const second = earlyStopping({ patience: 2 });
    second.load(JSON.parse(JSON.stringify(first.state())));
    expect(second.observe({ type: 'start', epoch: 0, step: 3 })).toContain('not better than 1');
    const patient = earlyStopping({ patience: 3 });
    patient.load(first.state());
    expect(patient.observe({ type: 'start', epoch: 0, step: 3 })).toBeUndefined();
    expect(patient.observe(validation({ loss: 1 }))).toContain('not better than 1 in 3');
    expect(patient.observe(validation({ bleu: 5 }, 'max'))).toBeUndefined();
    expect(() => patient.load({ best: 'good', bad: 0 })).toThrow(
      "earlyStopping: best of the state is 'good'",
    );
    expect(() => patient.load(null)).toThrow('earlyStopping: the state is null');
  });
});

describe('budget', () => {
  const step = { type: 'step', epoch: 0, step: 1, batch: 0, loss: 1, weight: 1, lr: 1, gradNorm: 1 } as const;

  it('ends a run after some time, and continues the count after a resume', () => {
    const first = budget({ minutes: 1, seconds: 5 });
    expect(first.observe({ ...step, seconds: 40 })).toBeUndefined();
    const second = budget({ minutes: 1, seconds: 5 });
    second.load(first.state());
    expect(second.observe({ ...validation({ loss: 1 }), seconds: 20 })).toBeUndefined();
    expect(second.observe({ ...step, seconds: 5 })).toBe('the time is used up: 65 of 65 s');
    expect([first.fraction, second.fraction]).toEqual([40 / 65, 1]);
    second.observe({ ...step, seconds: 5 });
    expect(second.fraction).toBe(1);
    expect(() => budget({})).toThrow('budget: hours, minutes and seconds are left out');
  });
});
