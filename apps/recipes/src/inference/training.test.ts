import { expect } from 'vitest';
import { itLearnsTheSame } from '../../test/same-on-backends.ts';
import { ENTAILMENTS, type SentencePair } from '../corpora/sick.ts';
import { pairClassifier, pairCodec, pairTraining } from './training.ts';

const [entails, neutral, contradicts] = ENTAILMENTS.map((_, label) => label) as [number, number, number];
const pairsOf = (premise: string, hypotheses: readonly (readonly [string, number])[]): SentencePair[] =>
  hypotheses.map(([hypothesis, label]) => ({ premise, hypothesis, label, relatedness: 3 }));

const pairs = ['dog', 'woman'].flatMap((who) =>
  ['running', 'singing'].flatMap((what) =>
    pairsOf(`A ${who} is ${what} outside`, [
      [`A ${who} is ${what}`, entails],
      [`A ${who} is not ${what}`, contradicts],
      [`There is no ${who} ${what}`, contradicts],
      ['A tomato is being sliced', neutral],
    ]),
  ),
);

itLearnsTheSame('the classifier of pairs learns the same on cpu and onnxruntime', {
  steps: 50,
  falls: 0.5,
  begin(fractionDone) {
    const codec = pairCodec(pairs);
    const model = pairClassifier(codec);
    const training = pairTraining(model, codec, { train: pairs, heldOut: pairs }, { seed: 1, fractionDone });
    return { training, use: ({ accuracy }) => expect(accuracy).toBe(1) };
  },
});
