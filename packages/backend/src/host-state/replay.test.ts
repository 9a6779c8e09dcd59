import { describe, expect, it } from 'vitest';
import { dependsOn, liveAttrs, observeHostState, replayable } from './replay.ts';

const nothing = () => {};

describe('replayable', () => {
  it('runs its effect once if nothing is captured, and returns how to undo it', () => {
    let count = 0;
    const undo = replayable(() => {
      count++;
      return () => count--;
    });
    expect(count).toBe(1);
    undo();
    expect(count).toBe(0);
  });

  it('collects the effects of a capture in order, and stops when the capture ends', () => {
    const order: string[] = [];
    const note = (name: string) => () => {
      order.push(name);
      return () => order.push(`not ${name}`);
    };
    const { result, hostState } = observeHostState(() => {
      replayable(note('first'));
      replayable(note('second'));
      return 7;
    });
    replayable(note('after'));
    expect(result).toBe(7);
    for (const effect of hostState.effects) effect();
    hostState.undo();
    expect(order).toEqual(['first', 'second', 'after', 'first', 'second', 'not second', 'not first']);
  });

  it('ends the capture if the function throws, and undoes its effects on request', () => {
    let count = 0;
    const fails = () => {
      replayable(() => {
        count++;
        return () => count--;
      });
      throw new Error('no');
    };
    expect(() => observeHostState(fails)).toThrow('no');
    expect(count).toBe(1);
    expect(() => observeHostState(fails, 'or undo')).toThrow('no');
    expect(count).toBe(1);
    expect(observeHostState(nothing).hostState.effects).toEqual([]);
  });
});

describe('liveAttrs', () => {
  it('updates the same object at each replay, and can return to a snapshot', () => {
    let step = 0;
    const snapshot = () => {
      const before = step;
      return () => {
        step = before;
      };
    };
    const { result: attrs, hostState } = observeHostState(() =>
      liveAttrs(() => ({ step: ++step }), snapshot),
    );
    expect(attrs).toEqual({ step: 1 });
    const undos = hostState.effects.map((effect) => effect());
    expect(attrs).toEqual({ step: 2 });
    expect(hostState.liveAttrs.has(attrs)).toBe(true);
    for (const undo of undos) undo();
    expect(step).toBe(1);
  });
});

describe('dependsOn', () => {
  it('holds as long as the state is unchanged', () => {
    let mode = 'train';
    const { hostState } = observeHostState(() => dependsOn(() => mode));
    expect(hostState.isUnchanged()).toBe(true);
    mode = 'eval';
    expect(hostState.isUnchanged()).toBe(false);
    mode = 'train';
    expect(hostState.isUnchanged()).toBe(true);
  });
});
