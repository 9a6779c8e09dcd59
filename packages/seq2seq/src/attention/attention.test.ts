import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AttentionName, attentions } from '../../test/small-model.ts';
import { lengthMask } from '../encoder/length-mask.ts';
import type { Memory } from '../encoder/memory.ts';
import { DotAttention } from './dot-attention.ts';
import { MultiHeadAttention } from './multi-head-attention.ts';

beforeAll(async () => {
  await useBackend(cpu({ threads: 1 }));
  nn.manualSeed(1);
});

const names = Object.keys(attentions) as AttentionName[];
const normal = (...shape: [number, number, number]): tf.Tensor3D =>
  tf.randomNormal(shape, 0, 1, 'float32', 7);

function memoryOf(values: tf.Tensor3D, lengths: readonly number[]): Memory {
  return { values, lengths, mask: lengthMask(lengths), states: [], directions: 1 };
}

const shapes = fc.record({
  name: fc.constantFrom(...names),
  coverage: fc.boolean(),
  lengths: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
  queries: fc.integer({ min: 1, max: 4 }),
});

describe('every kind of attention', () => {
  it('gives weights that sum to 1 and are exactly 0 past the end of a source', () => {
    fc.assert(
      fc.property(shapes, ({ name, coverage, lengths, queries }) =>
        tf.tidy(() => {
          const attention = attentions[name]({ queryDim: 4, memoryDim: 4, coverage });
          const steps = Math.max(...lengths);
          const memory = memoryOf(normal(lengths.length, steps, 4), lengths);
          const so = coverage ? normal(lengths.length, queries, steps) : undefined;
          const query = normal(lengths.length, queries, 4);
          const { weights, context } = attention.forward(query, attention.prepare(memory), so);
          expect(weights.shape).toEqual([lengths.length, queries, steps]);
          expect(context.shape).toEqual([lengths.length, queries, attention.contextSize]);
          for (const [row, each] of weights.arraySync().entries()) {
            for (const weight of each) {
              expect(weight.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 5);
              expect(weight.slice(lengths[row]).every((w) => w === 0)).toBe(true);
            }
          }
          attention.dispose();
        }),
      ),
      { numRuns: 40 },
    );
  });

  it.each(names)('gives several queries of a source the answers that each gets alone: %s', (name) => {
    for (const coverage of [false, true]) {
      tf.tidy(() => {
        const attention = attentions[name]({ queryDim: 4, memoryDim: 4, coverage });
        const keys = attention.prepare(memoryOf(normal(2, 5, 4), [5, 3]));
        const [query, so] = [normal(2, 3, 4), normal(2, 3, 5)];
        const all = attention.forward(query, keys, coverage ? so : undefined);
        for (let t = 0; t < 3; t++) {
          const one = attention.forward(
            tf.slice(query, [0, t, 0], [2, 1, 4]),
            keys,
            coverage ? tf.slice(so, [0, t, 0], [2, 1, 5]) : undefined,
          );
          const context = tf.slice(all.context, [0, t, 0], one.context.shape);
          expect(tf.max(tf.abs(tf.sub(context, one.context))).dataSync()[0]).toBeLessThan(1e-5);
        }
        attention.dispose();
      });
    }
  });

  it('throws when a size, shape or option does not fit', () => {
    tf.tidy(() => {
      const attention = new DotAttention({ queryDim: 4, memoryDim: 4 });
      const keys = attention.prepare(memoryOf(normal(2, 5, 4), [5, 3]));
      expect(() => attention.prepare(memoryOf(normal(2, 5, 3), [5, 3]))).toThrow(
        'DotAttention.prepare: memory has 3 features in its last axis (shape [2, 5, 3]); memoryDim is 4',
      );
      expect(() => attention.forward(normal(2, 1, 3), keys)).toThrow(
        'DotAttention.forward: query has 3 features in its last axis (shape [2, 1, 3]); queryDim is 4',
      );
      expect(() => attention.forward(normal(3, 1, 4), keys)).toThrow(
        'query is of 3 sources; the memory is of 2',
      );
      expect(() => attention.forward(normal(2, 1, 4), keys, normal(2, 1, 5))).toThrow(
        'DotAttention.forward: coverage is given, and the option coverage is off',
      );
      expect(() => new DotAttention({ queryDim: 4, memoryDim: 5 })).toThrow(
        'DotAttention: memoryDim is 5; expected queryDim, 4; GeneralAttention takes others',
      );
      expect(() => new MultiHeadAttention({ queryDim: 4, memoryDim: 4, numHeads: 3 })).toThrow(
        'MultiHeadAttention: numHeads is 3; expected a divisor of queryDim, 4',
      );
    });
  });
});
