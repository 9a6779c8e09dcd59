import * as tf from '@tensorflow/tfjs-core';
import { Cell, type CellStep } from '../src/recurrent/cell.ts';
import type { LSTM, LSTMState } from '../src/recurrent/lstm.ts';
import { Recurrent } from '../src/recurrent/recurrent.ts';

/** An LSTM as a user of the package writes it: a list of parameters and a formula. */
export class LstmByFormula extends Cell<LSTMState<tf.Rank.R2>> {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly weightIh: tf.Variable<tf.Rank.R2>;
  readonly weightHh: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1>;

  constructor(inputSize: number, hiddenSize: number) {
    super();
    this.inputSize = inputSize;
    this.outputSize = hiddenSize;
    this.weightIh = tf.variable(tf.randomNormal([4 * hiddenSize, inputSize]));
    this.weightHh = tf.variable(tf.randomNormal([4 * hiddenSize, hiddenSize]));
    this.bias = tf.variable(tf.randomNormal([4 * hiddenSize]));
  }

  zeroState(rows: number): LSTMState<tf.Rank.R2> {
    return [tf.zeros([rows, this.outputSize]), tf.zeros([rows, this.outputSize])];
  }

  step(x: tf.Tensor2D, [h, c]: LSTMState<tf.Rank.R2>): CellStep<LSTMState<tf.Rank.R2>> {
    const products = tf.add(
      tf.matMul(x, this.weightIh, false, true),
      tf.matMul(h, this.weightHh, false, true),
    );
    const [i, f, g, o] = tf.split(tf.add(products, this.bias), 4, 1) as tf.Tensor2D[] as Gates;
    const nextC = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g))) as tf.Tensor2D;
    const nextH = tf.mul(tf.sigmoid(o), tf.tanh(nextC)) as tf.Tensor2D;
    return [nextH, [nextH, nextC]];
  }
}

type Gates = [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];

/** A stack of such cells with the parameters of an LSTM. Its two biases are added to one. */
export function recurrentLike(lstm: LSTM): Recurrent<LSTMState<tf.Rank.R2>> {
  const { inputSize, hiddenSize, numLayers, bidirectional, batchFirst, numDirections } = lstm;
  return new Recurrent(
    (layer, direction) => {
      const cell = new LstmByFormula(layer === 0 ? inputSize : numDirections * hiddenSize, hiddenSize);
      const { weightIh, weightHh, biasIh, biasHh } = lstm.weights(layer, direction);
      cell.weightIh.assign(weightIh);
      cell.weightHh.assign(weightHh);
      tf.tidy(() => cell.bias.assign(biasIh && biasHh ? tf.add(biasIh, biasHh) : tf.zerosLike(cell.bias)));
      return cell;
    },
    { numLayers, bidirectional, batchFirst },
  );
}
