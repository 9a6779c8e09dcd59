import { describe, expect, it } from 'vitest';
import { captureEffects, liveAttrs, replayable } from './replay.ts';

describe('replayable', () => {
  it('runs its effect once where nothing is captured', () => {
    let count = 0;
    replayable(() => count++);
    expect(count).toBe(1);
  });

  it('hands the effects of a capture over in their order, and stops with it', () => {
    const order: string[] = [];
    const { result, effects } = captureEffects(() => {
      replayable(() => order.push('first'));
      replayable(() => order.push('second'));
      return 7;
    });
    replayable(() => order.push('after'));
    expect(result).toBe(7);
    for (const effect of effects) effect();
    expect(order).toEqual(['first', 'second', 'after', 'first', 'second']);
  });

  it('ends the capture where the function throws', () => {
    expect(() =>
      captureEffects(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    const { effects } = captureEffects(() => {});
    expect(effects).toEqual([]);
  });
});

describe('liveAttrs', () => {
  it('computes the same object anew at each replay', () => {
    let step = 0;
    const { result: attrs, effects } = captureEffects(() => liveAttrs(() => ({ step: ++step })));
    expect(attrs).toEqual({ step: 1 });
    for (const effect of effects) effect();
    expect(attrs).toEqual({ step: 2 });
  });
});
