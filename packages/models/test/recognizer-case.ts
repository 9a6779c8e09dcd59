import { tensor2d, tensor3d } from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { FeatureEncoder } from '@unroll/seq2seq';
import { CtcRecognizer } from '../src/index.ts';
import type { ModelCase } from './model-case.ts';
import { using } from './using.ts';

/** Each token sounds for some frames in its own feature. */
const spoken = [
  [1, 1, 2, 2, 2, 3],
  [3, 3, 3, 1, 0, 0],
  [2, 2, 0, 0, 2, 2],
];
const lengths = [6, 4, 6];

/** `[3, 6, 4]` */
export const frames = () =>
  tensor3d(
    spoken.map((row) => row.map((token) => [0, 1, 2, 3].map((each) => (each === token ? 1 : 0)))),
    [3, 6, 4],
  );

export const recognizerCase: ModelCase = {
  name: 'CtcRecognizer',
  make: () => {
    const rnn = new nn.GRU({ inputSize: 4, hiddenSize: 8, bidirectional: true });
    return new CtcRecognizer({ encoder: new FeatureEncoder({ rnn }), numClasses: 4, blank: 3, dropout: 0.1 });
  },
  loss: (model: CtcRecognizer) =>
    model.loss(frames(), tensor2d([0, 1, 2, 2, 0, -1, 1, 1, 9], [3, 3], 'int32'), {
      lengths,
      targetLengths: [3, 2, 2],
    }),
  predict: (model: CtcRecognizer) =>
    using([frames()], async (source) => {
      const greedy = await model.predict(source, { lengths });
      const beam = await model.predict(source, { lengths, beamSize: 5 });
      return [greedy, beam].map((lists) => lists.map(([best]) => best!.tokens));
    }),
  learned: [
    [
      [0, 1, 2],
      [2, 0],
      [1, 1],
    ],
    [
      [0, 1, 2],
      [2, 0],
      [1, 1],
    ],
  ],
};
