import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { expectClose } from '../../test/close.ts';
import { packPaddedSequence } from '../packing/packing.ts';
import { Cell, type CellStep } from './cell.ts';
import { ElmanLayer } from './elman-layer.ts';
import { GRUCell } from './gru-cell.ts';
import { LayerNormLSTMCell } from './layer-norm-lstm-cell.ts';
import { LSTMCell } from './lstm-cell.ts';
import { PeepholeLSTMCell } from './peephole-lstm-cell.ts';
import { Recurrent } from './recurrent.ts';
import { VariationalDropoutCell } from './variational-dropout-cell.ts';
import { ZoneoutCell } from './zoneout-cell.ts';

const sizes = { inputSize: 2, hiddenSize: 2 };

/** A GRU with a learned initial state. */
class Learned extends GRUCell {
  readonly h0 = tf.variable<tf.Rank.R2>(tf.tensor2d([[0.5, -0.5]]));

  override zeroState(rows: number): tf.Tensor2D {
    return tf.tile(this.h0, [rows, 1]);
  }
}

/** A GRU with a `step` that differs from its kernel. */
class Doubled extends GRUCell {
  override step(x: tf.Tensor2D, h: tf.Tensor2D): CellStep<tf.Tensor2D> {
    const [, next] = super.step(x, h);
    const twice = tf.mul(next, 2) as tf.Tensor2D;
    return [twice, twice];
  }
}

/** A GRU whose sequences begin with a step that differs from its kernel. */
class BeginsDoubled extends GRUCell {
  override begin() {
    return (x: tf.Tensor2D, h: tf.Tensor2D): CellStep<tf.Tensor2D> => {
      const [, next] = this.step(x, h);
      const twice = tf.mul(next, 2) as tf.Tensor2D;
      return [twice, twice];
    };
  }
}

describe('an override in a subclass', () => {
  it('counts for a learned initial state', async () => {
    const cell = new Learned(sizes);
    const x = tf.randomNormal([3, 4, 2]);
    const h0 = tf.tile(tf.expandDims(cell.h0, 0), [1, 4, 1]);
    for (const layer of [new Recurrent(cell), new Recurrent(new VariationalDropoutCell(cell))]) {
      await expectClose(layer.forward(x)[0], layer.forward(x, h0)[0], 1e-6);
      const { grads } = tf.variableGrads(() => tf.sum(layer.forward(x)[0]) as tf.Scalar, [cell.h0]);
      expect((await tf.max(tf.abs(grads[cell.h0.name]!)).data())[0]).toBeGreaterThan(0.01);
    }
    const row = tf.randomNormal<tf.Rank.R2>([1, 2]);
    await expectClose(cell.forward(row), cell.forward(row, cell.h0), 1e-6);
  });

  it('counts for the step: in a sequence, in a wrapper and by forward', async () => {
    const doubled = new Doubled(sizes);
    const begins = new BeginsDoubled(sizes);
    begins.loadStateDict(doubled.stateDict());
    const x = tf.randomNormal<tf.Rank.R3>([3, 1, 2]);
    let h: tf.Tensor2D = tf.zeros([1, 2]);
    for (const input of tf.unstack(x)) h = doubled.step(input as tf.Tensor2D, h)[1];
    for (const cell of [doubled, begins]) {
      await expectClose(new Recurrent(cell).forward(x)[1], h, 1e-6);
      await expectClose(new Recurrent(new ZoneoutCell(cell, { p: 0 })).forward(x)[1], h, 1e-6);
    }
    const row = tf.randomNormal<tf.Rank.R2>([1, 2]);
    await expectClose(doubled.forward(row), doubled.step(row, tf.zeros([1, 2]))[1], 1e-6);

    class Constant extends ElmanLayer {
      override step(): [y: tf.Tensor<never>, h: tf.Tensor<never>] {
        return [tf.fill([1, 1], 7), tf.fill([1, 2], 3)] as never;
      }
    }
    const elman = new Constant({ ...sizes, outputSize: 1 });
    await expectClose(elman.forward(x)[0], [7, 7, 7]);
  });
});

describe('states in an object', () => {
  class Named extends Cell<{ h: tf.Tensor2D; c: tf.Tensor2D }> {
    readonly inputSize = 2;
    readonly outputSize = 2;
    zeroState = (rows: number) => ({
      h: tf.zeros<tf.Rank.R2>([rows, 2]),
      c: tf.fill<tf.Rank.R2>([rows, 2], 100),
    });
    step(x: tf.Tensor2D, { h, c }: { h: tf.Tensor2D; c: tf.Tensor2D }) {
      const next = tf.add(h, x) as tf.Tensor2D;
      return [next, { c: tf.add(c, 1), h: next }] as CellStep<{ h: tf.Tensor2D; c: tf.Tensor2D }>;
    }
  }

  it('are matched by name, in any order', async () => {
    const layer = new Recurrent(new Named());
    const x = tf.ones<tf.Rank.R3>([2, 2, 2]);
    for (const input of [x, packPaddedSequence(x, [2, 2])]) {
      const [, { h, c }] = layer.forward(input);
      await expectClose(h, [2, 2, 2, 2]);
      await expectClose(c, [102, 102, 102, 102]);
      const [, onwards] = layer.forward(input, { c, h });
      await expectClose(onwards.c, [104, 104, 104, 104]);
    }
    const [, ragged] = layer.forward(packPaddedSequence(x, [2, 1]));
    await expectClose(ragged.h, [2, 2, 1, 1]);
    const zoned = new Recurrent(new ZoneoutCell(new Named(), { p: 0.5 })).eval();
    const [, mixed] = zoned.forward(tf.ones([1, 1, 2]));
    await expectClose(mixed.h, [0.5, 0.5]);
    await expectClose(mixed.c, [100.5, 100.5]);
  });

  it('are typed where they are nested', () => {
    class Nested extends Cell<{ inner: readonly [tf.Tensor2D, tf.Tensor2D] }> {
      readonly inputSize = 2;
      readonly outputSize = 2;
      zeroState = (rows: number) => ({
        inner: [tf.zeros<tf.Rank.R2>([rows, 2]), tf.zeros<tf.Rank.R2>([rows, 2])] as const,
      });
      step(x: tf.Tensor2D, state: { inner: readonly [tf.Tensor2D, tf.Tensor2D] }) {
        return [x, state] as CellStep<{ inner: readonly [tf.Tensor2D, tf.Tensor2D] }>;
      }
    }
    const [, state] = new Recurrent(new Nested()).forward(tf.ones([1, 1, 2]));
    const first: tf.Tensor = state.inner[0];
    expect(first.shape).toEqual([1, 1, 2]);
    // @ts-expect-error The state of a stack has an axis more than its cells'.
    const cells: tf.Tensor2D = state.inner[0];
    expect(cells).toBe(first);
  });
});

describe('padding', () => {
  it.each([false, true])(
    'has no part in gradients, also where a step has no derivative at 0; both directions: %s',
    async (bidirectional) => {
      /** Divides by the norm of its input: no number at zeros, and no derivative. */
      class Normed extends Cell<tf.Tensor2D> {
        readonly inputSize = 2;
        readonly outputSize = 2;
        readonly weight = tf.variable<tf.Rank.R1>(tf.tensor1d([1, 2]));
        zeroState = (rows: number) => tf.zeros<tf.Rank.R2>([rows, 2]);
        step(x: tf.Tensor2D, h: tf.Tensor2D): CellStep<tf.Tensor2D> {
          const scaled = tf.mul(x, this.weight);
          const next = tf.add(h, tf.div(scaled, tf.norm(scaled, 2, 1, true))) as tf.Tensor2D;
          return [next, next];
        }
      }
      const layer = new Recurrent(() => new Normed(), { bidirectional });
      const rows = [
        [
          [1, 2],
          [3, 1],
          [4, 1],
        ],
        [[2, 5]],
      ];
      const packed = packPaddedSequence(tf.tensor3d([rows[0]!, [...rows[1]!, [0, 0], [0, 0]]]), [3, 1], {
        batchFirst: true,
      });
      const [together, alone] = [
        () => tf.sum(tf.square(layer.forward(packed)[0].padded)),
        () => tf.addN(rows.map((row) => tf.sum(tf.square(layer.forward(tf.tensor2d(row))[0])))),
      ].map((f) => tf.variableGrads(f as () => tf.Scalar, layer.parameters()));
      await expectClose(together!.value, alone!.value, 1e-5);
      for (const { name } of layer.parameters())
        await expectClose(together!.grads[name]!, alone!.grads[name]!, 1e-5);
    },
  );
});

describe('a cell by itself', () => {
  const cells = [new LSTMCell(sizes), new LayerNormLSTMCell(sizes), new PeepholeLSTMCell(sizes)];

  it.each(cells.map((cell) => [cell.constructor.name, cell] as const))(
    '%s gives its next states, with rows and without',
    async (_, cell) => {
      const x = tf.randomNormal<tf.Rank.R2>([1, 2]);
      const before = tf.memory().numTensors;
      const [h, c] = cell.forward(x);
      expect(tf.memory().numTensors).toBe(before + 2);
      const [y, state] = tf.tidy(() => cell.step(x, cell.zeroState(1)));
      await expectClose(y, h, 1e-6);
      await expectClose(state[1], c, 1e-6);
      const [unbatched] = cell.forward(tf.squeeze(x, [0]), [tf.zeros([2]), tf.zeros([2])]);
      expect(unbatched.shape).toEqual([2]);
      await expectClose(unbatched, h, 1e-6);
    },
  );

  it.each(cells.map((cell) => [cell.constructor.name, cell] as const))(
    '%s says what does not fit',
    (name, cell) => {
      const ones = (...shape: [number, number]) => tf.ones<tf.Rank.R2>(shape);
      expect(() => cell.step(ones(1, 3), cell.zeroState(1))).toThrow(
        `${name}.step: x has 3 features in its last axis (shape [1, 3]); inputSize is 2`,
      );
      expect(() => cell.step(ones(3, 2), [ones(1, 2), ones(1, 2)])).toThrow(
        `${name}.step: h has shape [1, 2]; expected [3, 2]`,
      );
      expect(() => cell.step(ones(3, 2), [ones(3, 2), ones(3, 1)])).toThrow(
        `${name}.step: c has shape [3, 1]; expected [3, 2]`,
      );
      expect(() => cell.step(ones(3, 2), undefined as never)).toThrow(`${name}.step: state is no pair`);
    },
  );

  it('of your own gives the same as its step', () => {
    class Own extends Cell<tf.Tensor2D> {
      readonly inputSize = 2;
      readonly outputSize = 2;
      zeroState = (rows: number) => tf.zeros<tf.Rank.R2>([rows, 2]);
      step(x: tf.Tensor2D, h: tf.Tensor2D): CellStep<tf.Tensor2D> {
        const next = tf.add(x, h) as tf.Tensor2D;
        return [next, next];
      }
    }
    const x = tf.ones<tf.Rank.R2>([1, 2]);
    const before = tf.memory().numTensors;
    const [y, h] = new Own().forward(x);
    expect(y).toBe(h);
    expect(tf.memory().numTensors).toBe(before + 1);
  });
});
