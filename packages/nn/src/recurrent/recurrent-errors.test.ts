import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { Cell, type CellStep } from './cell.ts';
import { GRUCell } from './gru-cell.ts';
import { LSTMCell } from './lstm-cell.ts';
import { Recurrent } from './recurrent.ts';
import { RNNCell } from './rnn-cell.ts';
import { VariationalDropoutCell } from './variational-dropout-cell.ts';
import { ZoneoutCell } from './zoneout-cell.ts';

const sizes = { inputSize: 3, hiddenSize: 4 };
const gru = (inputSize = 3, hiddenSize = 4) => new GRUCell({ inputSize, hiddenSize });
const lstm = () => new Recurrent(new LSTMCell(sizes));
const ones = (...shape: number[]) => tf.ones(shape);

/** A cell whose step returns whatever it is given. */
class Wrong extends Cell<tf.Tensor2D> {
  readonly inputSize = 3;
  readonly outputSize = 4;
  readonly #results: () => unknown;

  constructor(results: () => unknown) {
    super();
    this.#results = results;
  }

  zeroState(rows: number): tf.Tensor2D {
    return tf.zeros([rows, 4]);
  }

  step(): CellStep<tf.Tensor2D> {
    return this.#results() as CellStep<tf.Tensor2D>;
  }
}

const wrong = (...results: unknown[]) => new Recurrent(new Wrong(() => results)).forward(ones(2, 2, 3));

describe('errors of Recurrent', () => {
  it.each<[string, () => unknown, string]>([
    [
      'one cell for two layers',
      () => new Recurrent(gru(), { numLayers: 2 }),
      'Recurrent: cell is one GRUCell; 2 layers in 1 direction need a function (layer, direction) => cell, as each has parameters of its own',
    ],
    ['what is no cell', () => new Recurrent({} as Cell), 'Recurrent: cell is an object; expected a Cell'],
    [
      'a class',
      () => new Recurrent(LSTMCell as never),
      'Recurrent: cell is the class LSTMCell; expected a cell of it, or a function (layer, direction) => cell',
    ],
    [
      'a first state of other rows',
      () => {
        const cell = new Wrong(() => [ones(2, 4), ones(2, 4)]);
        cell.zeroState = () => tf.zeros([1, 4]);
        return new Recurrent(cell).forward(ones(2, 2, 3));
      },
      'Recurrent.forward: Wrong.zeroState(2) has shape [1, 4]; expected 2 in its first axis, [N, …]',
    ],
    [
      'a step that gives no pair, inside another cell',
      () => new Recurrent(new ZoneoutCell(new Wrong(() => undefined))).forward(ones(2, 2, 3)),
      'ZoneoutCell.step: Wrong.step gives undefined; expected [y, state]',
    ],
    [
      'masks for a state that has no tensors',
      () => {
        class Stateless extends Cell<tf.Tensor[]> {
          readonly inputSize = 1;
          readonly outputSize = 1;
          zeroState = () => [];
          step = (x: tf.Tensor2D): CellStep<tf.Tensor[]> => [x, []];
        }
        return new VariationalDropoutCell(new Stateless(), { stateDropout: 0.5 });
      },
      'VariationalDropoutCell: stateDropout is 0.5; the state of Stateless has no tensors',
    ],
    [
      'a function that makes no cell',
      () => new Recurrent(() => undefined as unknown as Cell),
      'Recurrent: the cell of layer 0, direction 0, is undefined; expected a Cell',
    ],
    [
      'a second layer that does not take what the first gives',
      () => new Recurrent(() => gru(), { numLayers: 2, bidirectional: true }),
      'Recurrent: the cell of layer 1, direction 0, has inputSize 3; the layer below gives 8 features',
    ],
    [
      'another number of inputs in the other direction',
      () => new Recurrent((_, direction) => gru(3 + direction), { bidirectional: true }),
      'Recurrent: the cell of layer 0, direction 1, has inputSize 4; the other direction takes 3 features',
    ],
    [
      'layers of different sizes',
      () => new Recurrent((layer) => (layer === 0 ? gru() : gru(4, 5)), { numLayers: 2 }),
      'Recurrent: the cell of layer 1, direction 0, has outputSize 5; the first one has 4: layers of different sizes are stacks of their own',
    ],
    [
      'layers of different states',
      () =>
        new Recurrent<never>(
          ((layer: number) =>
            layer === 0 ? new LSTMCell(sizes) : new RNNCell({ ...sizes, inputSize: 4 })) as never,
          { numLayers: 2 },
        ),
      'Recurrent: the cell of layer 1, direction 0, has the state state float32 [N, 4]; the first one has state[0] float32 [N, 4], state[1] float32 [N, 4]',
    ],
    [
      'other features',
      () => lstm().forward(ones(5, 2, 4)),
      'Recurrent.forward: input has 4 features in its last axis (shape [5, 2, 4]); inputSize is 3',
    ],
    ['no steps', () => lstm().forward(ones(0, 2, 3)), 'Recurrent.forward: input has 0 steps'],
    [
      'a state of other rows',
      () => lstm().forward(ones(5, 2, 3), [ones(1, 2, 4), ones(1, 3, 4)]),
      'Recurrent.forward: state[1] has shape [1, 3, 4]; expected [1, 2, 4], [D·numLayers, N, 4]',
    ],
    [
      'a state of another structure',
      () => lstm().forward(ones(5, 2, 3), { h: ones(1, 2, 4) } as never),
      'Recurrent.forward: state has the tensors state.h; expected state[0], state[1]',
    ],
    [
      'a state that is no tensor',
      () => lstm().forward(ones(5, 2, 3), [1, 2] as never),
      'Recurrent.forward: state[0] is number; expected a tensor, or tensors in a list or a plain object',
    ],
    [
      'a step whose output has another size',
      () => wrong(ones(2, 3), ones(2, 4)),
      'Recurrent.forward: the output of Wrong.step has shape [2, 3]; expected [2, 4], [N, outputSize]',
    ],
    [
      'a step whose state has another shape',
      () => wrong(ones(2, 4), ones(2, 5)),
      'Recurrent.forward: the state of Wrong.step has shape [2, 5]; expected [2, 4], as before the step',
    ],
    [
      'a step whose state has more tensors',
      () => wrong(ones(2, 4), [ones(2, 4), ones(2, 4)]),
      'Recurrent.forward: the state of Wrong.step has the tensors state[0], state[1]; before the step it had state',
    ],
    [
      'a step without an output',
      () => wrong(undefined, ones(2, 4)),
      'Recurrent.forward: the output of Wrong.step is undefined; expected a tensor',
    ],
    [
      'a step that gives a tensor alone',
      () => new Recurrent(new Wrong(() => ones(2, 4))).forward(ones(2, 2, 3)),
      'Recurrent.forward: Wrong.step gives a Tensor; expected [y, state]',
    ],
  ])('are thrown for %s', (_, call, message) => {
    expect(() => tf.tidy(() => void call())).toThrow(message);
  });
});
