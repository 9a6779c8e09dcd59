import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { type AdamW, trainingStep } from '@unroll/optim';
import { type Classifier, sample } from './classifier.ts';

/** Makes one step on the sample of a number. @returns the loss before it */
export async function trainStep(
  model: Classifier,
  optimizer: AdamW,
  number: number,
  rows?: number,
): Promise<number> {
  const { words, lengths, labels } = sample(number, rows);
  const loss = await trainingStep(optimizer, () => nn.crossEntropy(model.forward(words, lengths), labels), {
    clipGradNorm: 1,
  });
  tf.dispose([words, labels]);
  return loss;
}
