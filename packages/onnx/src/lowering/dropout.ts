import * as tf from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { contractEntry, type Entry, ints, sameAs, scalar } from './kernel-lowering.ts';

const ROUNDS = 10;
const WORD = 2 ** 32;
/**
 * The factors by which Philox4x32 multiplies its first and third word, and the constants that it adds to its key
 * after each round.
 */
const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;
const KEY_STEPS = [0x9e3779b9, 0xbb67ae85] as const;

/** The key of each round, [10, 2] */
const roundKeys = (seed: readonly [number, number]): number[] =>
  Array.from({ length: ROUNDS }, (_, round) =>
    seed.map((word, i) => (word + round * KEY_STEPS[i]!) % WORD),
  ).flat();

/**
 * Philox4x32-10 for the counters 0…B−1 at once, in 64-bit integers: `even` holds the words 0 and 2, `odd` the words 1 and
 * 3, [2, B] each. A round is `even' = swapped(high(even·M)) ⊕ odd ⊕ key`, `odd' = swapped(low(even·M))`.
 *
 * @returns the words in the order in which they are drawn, [B·4]
 */
function philox(g: GraphBuilder, blocks: Ref, keys: Ref, offset: Ref): Ref {
  const zero = g.constant(0, 'int64');
  const numbers = g.op('Range', [zero, blocks, g.constant(1, 'int64')]); // [B]
  const row = (x: Ref): Ref => g.op('Unsqueeze', [x, g.ints(0)]);
  const [low, high] = g.split(offset, 2, 0) as [Ref, Ref];
  const nothing = g.op('Mul', [numbers, zero]);
  const even = g.op('Concat', [row(numbers), row(g.op('Add', [nothing, low]))], { axis: 0 });
  const odd = g.op('Concat', [row(nothing), row(g.op('Add', [nothing, high]))], { axis: 0 });
  const multipliers = g.op('Unsqueeze', [g.ints(...MULTIPLIERS), g.ints(1)]); // [2, 1]
  const lowWord = g.constant(WORD - 1, 'int64');
  const swap = g.ints(1, 0);
  const bits = g.constant(32, 'uint64');

  const [lastEven, lastOdd] = g.scan([even, odd], [keys], (body, [evenWords, oddWords], [key]) => {
    const product = body.op('Gather', [body.op('Mul', [evenWords!, multipliers]), swap], { axis: 0 });
    const shifted = body.op('BitShift', [body.cast(product, 'uint64'), bits], { direction: 'RIGHT' });
    const mixed = body.op('BitwiseXor', [body.cast(shifted, 'int64'), oddWords!]);
    const nextEven = body.op('BitwiseXor', [mixed, body.op('Unsqueeze', [key!, body.ints(1)])]);
    return { states: [nextEven, body.op('BitwiseAnd', [product, lowWord])], outputs: [] };
  });
  const words = g.op('Concat', [row(lastEven!), row(lastOdd!)], { axis: 0 }); // [odd?, pair, B]
  return g.op('Reshape', [g.transpose(words, [2, 1, 0]), g.ints(-1)]);
}

export const dropout: readonly Entry[] = [
  contractEntry('PhiloxDropout', {
    outputs: ({ x }) => ({ y: sameAs(x) }),
    numbers: ({ x }, { p, seed, offset }) => {
      const size = tf.util.sizeFromShape([...x.shape]);
      return [
        { type: 'int64', values: [Math.ceil(size / 4)], rank: 0 },
        ints(roundKeys(seed)),
        ints(offset),
        ints([size]),
        ints(x.shape),
        { type: 'int64', values: [Math.floor(p * WORD)], rank: 0 },
        scalar(p === 1 ? 0 : 1 / (1 - p)),
      ];
    },
    lower: (g, { x }, _, [blocks, keys, offset, size, shape, threshold, scale]) => {
      const keyRows = g.op('Reshape', [keys, g.ints(ROUNDS, 2)]);
      const words = philox(g, blocks!, keyRows, offset!);
      const drawn = g.op('Slice', [words, g.ints(0), size, g.ints(0)]);
      const kept = g.op('Reshape', [g.op('GreaterOrEqual', [drawn, threshold]), shape]);
      return { y: g.op('Where', [kept, g.op('Mul', [x, scale]), g.constant(0)]) };
    },
  }),
];
