// A cell of your own, from its formula (Zhou et al. 2016, https://arxiv.org/abs/1603.09420).
import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';

/** f = σ(W_f [h; x] + b_f), h̃ = tanh(W_h [f ⊙ h; x] + b_h), h' = (1 − f) ⊙ h + f ⊙ h̃ */
export class MinimalGatedUnit extends nn.Cell<tf.Tensor2D> {
  inputSize: number;
  outputSize: number;
  forget: nn.Linear;
  candidate: nn.Linear;

  constructor(inputSize: number, hiddenSize: number) {
    super();
    [this.inputSize, this.outputSize] = [inputSize, hiddenSize];
    this.forget = new nn.Linear({ inFeatures: hiddenSize + inputSize, outFeatures: hiddenSize });
    this.candidate = new nn.Linear({ inFeatures: hiddenSize + inputSize, outFeatures: hiddenSize });
  }

  zeroState(rows: number): tf.Tensor2D {
    return tf.zeros([rows, this.outputSize]);
  }

  step(x: tf.Tensor2D, h: tf.Tensor2D): nn.CellStep<tf.Tensor2D> {
    const f = tf.sigmoid(this.forget.forward(tf.concat([h, x], 1)));
    const candidate = tf.tanh(this.candidate.forward(tf.concat([tf.mul(f, h), x], 1)));
    const next = tf.add(tf.mul(tf.sub(1, f), h), tf.mul(f, candidate)) as tf.Tensor2D;
    return [next, next];
  }
}
