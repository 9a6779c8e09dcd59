import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { liveScalar } from './live-scalar.ts';
import { observeHostState } from './replay.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('liveScalar', () => {
  it('is a float32 scalar with the current value of the number, also at each replay', () => {
    let rate = 0.1;
    const { result, hostState } = observeHostState(() => liveScalar(() => rate));
    expect([result.dtype, result.shape, result.dataSync()[0]]).toEqual(['float32', [], Math.fround(0.1)]);
    rate = 0.2;
    for (const effect of hostState.effects) effect();
    expect([...hostState.liveAttrs]).toEqual([{ shape: [], value: 0.2, dtype: 'float32' }]);
    result.dispose();
  });
});
