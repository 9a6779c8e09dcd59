import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import type { CellWorkload } from '../workload.ts';

/** A subclass that overrides `step`, so that its own `step` runs step by step. */
class GRUByFormula extends nn.GRUCell {
  override step(x: tf.Tensor2D, h: tf.Tensor2D): nn.CellStep<tf.Tensor2D> {
    return super.step(x, h);
  }
}

/** The cell that examples/minimal-gated-unit.ts explains */
class MinimalGatedUnit extends nn.Cell<tf.Tensor2D> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly forget: nn.Linear;
  readonly candidate: nn.Linear;

  constructor(inputSize: number, hiddenSize: number) {
    super();
    this.inputSize = inputSize;
    this.outputSize = hiddenSize;
    const sizes = { inFeatures: hiddenSize + inputSize, outFeatures: hiddenSize };
    this.forget = new nn.Linear(sizes);
    this.candidate = new nn.Linear(sizes);
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

export function cellLayer({ cell, inputSize, hiddenSize }: CellWorkload): nn.GRU | nn.Recurrent<tf.Tensor2D> {
  switch (cell) {
    case 'gru':
      return new nn.GRU({ inputSize, hiddenSize });
    case 'gru by formula':
      return new nn.Recurrent(new GRUByFormula({ inputSize, hiddenSize }));
    case 'minimal gated unit':
      return new nn.Recurrent(new MinimalGatedUnit(inputSize, hiddenSize));
  }
}
