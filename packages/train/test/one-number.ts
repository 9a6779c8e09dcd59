import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { SGD } from '@unroll/optim';

class OneNumber extends nn.Module {
  readonly w: tf.Variable<tf.Rank.R0>;

  constructor(begin: number) {
    super();
    this.w = tf.tidy(() => tf.variable(tf.scalar(begin)));
  }

  forward(): tf.Scalar {
    return tf.square(this.w);
  }
}

/** A model of one number, which the loss w² draws to 0. A batch is a factor of the loss. */
export function oneNumber(begin = 1) {
  const model = new OneNumber(begin);
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  const loss = (factor: number) => tf.mul(model.forward(), factor);
  return { model, optimizer, loss, value: () => model.w.dataSync()[0]! };
}
