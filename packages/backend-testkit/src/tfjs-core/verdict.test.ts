import { describe, expect, it } from 'vitest';
import { Tally, verdict } from './verdict.ts';

describe('verdict', () => {
  it('does not change the outcome of a spec that is not excluded', () => {
    expect(verdict({ status: 'passed', failures: [] }, undefined)).toEqual({ kind: 'passed' });
    expect(verdict({ status: 'failed', failures: ['1 is not 2', '3 is not 4'] }, undefined)).toEqual({
      kind: 'failed',
      message: '1 is not 2\n\n3 is not 4',
    });
  });

  it('excuses an excluded spec that fails, and fails one that passes', () => {
    expect(verdict({ status: 'failed', failures: ['x'] }, 'no strings')).toEqual({
      kind: 'excluded',
      reason: 'no strings',
    });
    expect(verdict({ status: 'passed', failures: [] }, 'no strings')).toEqual({
      kind: 'failed',
      message: 'This spec passes. Take it off the exclusions (no strings).',
    });
  });

  it('counts a spec that tfjs-core disables as neither passed nor failed', () => {
    expect(verdict({ status: 'pending', failures: [] }, undefined).kind).toBe('pending');
    expect(verdict({ status: 'pending', failures: [] }, 'no strings').kind).toBe('pending');
  });
});

describe('Tally', () => {
  it('counts each kind', () => {
    const tally = new Tally();
    for (const kind of ['passed', 'passed', 'failed'] as const) tally.add({ kind, message: '' });
    tally.add({ kind: 'excluded', reason: '' });
    expect(String(tally)).toBe('2 passed, 1 failed, 1 excluded, 0 switched off in tfjs-core');
  });
});
