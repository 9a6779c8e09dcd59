import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import '#tfjs-gradients';

it('TensorFlow.js’s gradients are registered on the program’s engine', () => {
  for (const kernel of ['Add', 'BatchMatMul', 'Softmax', 'SplitV', 'UnsortedSegmentSum', 'GatherV2'])
    expect(tf.getGradient(kernel), kernel).toBeDefined();
});
