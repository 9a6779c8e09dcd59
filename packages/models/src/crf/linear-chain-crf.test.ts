import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { logSumOf, pathsOf, type SmallChain, smallChains } from '../../test/enumerated-chain.ts';
import { LinearChainCrf } from './linear-chain-crf.ts';

function crfOf({ tags, transitions, start, end }: SmallChain): LinearChainCrf {
  const crf = new LinearChainCrf({ numTags: tags });
  tf.tidy(() => {
    crf.loadStateDict({
      transitions: tf.tensor(transitions.flat(), [tags, tags]),
      start_transitions: tf.tensor1d([...start]),
      end_transitions: tf.tensor1d([...end]),
    });
  });
  return crf;
}

const scoresOf = ({ scores, tags }: SmallChain) =>
  tf.tensor3d(scores.flat(2), [scores.length, scores[0]!.length, tags]);
const read = async (tensor: tf.Tensor) => {
  const values = [...(await tensor.data())];
  tensor.dispose();
  return values;
};
const random = (shape: number[], seed = 1) =>
  tf.tensor(
    Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => 2 * Math.sin(i * 7.3 + seed)),
    shape,
  );

onEachBackend((name) => {
  const numRuns = name === 'onnxruntime' ? 15 : 60;

  describe('LinearChainCrf', () => {
    it('adds up all paths, knows each tag’s share of them, and finds the best', async () => {
      await fc.assert(
        fc.asyncProperty(smallChains, async (chain) => {
          using crf = crfOf(chain);
          const { lengths, tags } = chain;
          const scores = scoresOf(chain);
          const before = tf.memory().numTensors;
          const logPartition = await read(crf.logPartition(scores, { lengths }));
          const marginals = await read(crf.marginals(scores, { lengths }));
          const found = await crf.viterbi(scores, { lengths });
          expect(tf.memory().numTensors).toBe(before);
          scores.dispose();
          const steps = chain.scores[0]!.length;
          for (const [row, length] of lengths.entries()) {
            const paths = pathsOf(chain, row);
            const expected = logSumOf(paths);
            const best = Math.max(...paths.map(({ score }) => score));
            expect(found[row]!.score).toBe(best);
            expect(found[row]!.tags.length).toBe(length);
            if (expected === -Infinity) {
              expect(logPartition[row]).toBe(-Infinity);
              continue;
            }
            expect(logPartition[row]).toBeCloseTo(expected, 3);
            expect(paths.find(({ path }) => String(path) === String(found[row]!.tags))!.score).toBe(best);
            for (let step = 0; step < steps; step++) {
              for (let tag = 0; tag < tags; tag++) {
                const through = logSumOf(paths.filter(({ path }) => path[step] === tag));
                const marginal = marginals[(row * steps + step) * tags + tag]!;
                expect(marginal).toBeCloseTo(step < length ? Math.exp(through - expected) : 0, 4);
              }
            }
          }
        }),
        { numRuns },
      );
    });

    it('adds up paths of transitions whose exponentials are infinite', async () => {
      const chain = {
        ...{ tags: 2, lengths: [3], start: [0, 0], end: [0, 0] },
        transitions: [
          [1000, 500],
          [1000, 501],
        ],
        scores: [
          [
            [0, 1],
            [0, 400],
            [2, 0],
          ],
        ],
      };
      using crf = crfOf(chain);
      const scores = scoresOf(chain);
      const [logPartition] = await read(crf.logPartition(scores));
      expect(logPartition).toBeCloseTo(logSumOf(pathsOf(chain, 0)), 3);
      expect((await read(crf.marginals(scores))).every(Number.isFinite)).toBe(true);
      scores.dispose();
    });

    it('gives given tags their log-probability', async () => {
      await fc.assert(
        fc.asyncProperty(smallChains, fc.infiniteStream(fc.nat(2)), async (chain, stream) => {
          using crf = crfOf(chain);
          const { lengths, tags } = chain;
          const [rows, steps] = [chain.scores.length, chain.scores[0]!.length];
          const given = Array.from({ length: rows * steps }, () => stream.next().value! % tags);
          const padded = given.map((tag, i) => (i % steps < lengths[Math.floor(i / steps)]! ? tag : -100));
          const scores = scoresOf(chain);
          const tensor = tf.tensor2d(padded, [rows, steps], 'int32');
          const logProbs = await read(crf.forward(scores, tensor, { lengths, reduction: 'none' }));
          tf.dispose([scores, tensor]);
          for (const [row, length] of lengths.entries()) {
            const paths = pathsOf(chain, row);
            const total = logSumOf(paths);
            if (total === -Infinity) continue;
            const own = given.slice(row * steps, row * steps + length);
            const score = paths.find(({ path }) => String(path) === String(own))!.score;
            if (score === -Infinity) expect(logProbs[row]).toBe(-Infinity);
            else expect(logProbs[row]).toBeCloseTo(score - total, 3);
          }
        }),
        { numRuns },
      );
    });

    it('has the gradients of finite differences, in the scores and in its parameters', async () => {
      nn.manualSeed(2);
      using crf = new LinearChainCrf({ numTags: 3 });
      const tags = tf.tensor2d([0, 2, 1, 1, 1, 0, 2, 0], [2, 4], 'int32');
      for (const lengths of [[4, 2], undefined]) {
        const scores = random([2, 4, 3]);
        await nn.gradcheck((x: tf.Tensor) => crf.loss(x, tags, { lengths, reduction: 'none' }), [
          scores,
          crf.transitions,
          crf.start_transitions,
          crf.end_transitions,
        ] as never);
        scores.dispose();
      }
      tags.dispose();
    });

    it('has finite gradients where transitions are forbidden, and none for these', async () => {
      using crf = new LinearChainCrf({ numTags: 2 });
      const { scores, tags } = { scores: random([1, 3, 2]), tags: tf.tensor2d([0, 1, 1], [1, 3], 'int32') };
      crf.transitions.assign(tf.tensor2d([0, 1, -Infinity, 0.5], [2, 2]));
      const { grads, value } = tf.variableGrads(() => crf.loss(scores, tags) as tf.Scalar);
      const [, , forbidden] = await read(grads[crf.transitions.name]!);
      expect(forbidden).toBe(0);
      for (const gradient of Object.values(grads).filter(({ isDisposed }) => !isDisposed)) {
        expect((await read(gradient)).every(Number.isFinite)).toBe(true);
      }
      tf.dispose([value, scores, tags]);
    });

    it('reduces to the sum, the mean over rows and the mean over steps', async () => {
      using crf = new LinearChainCrf({ numTags: 3 });
      const tags = tf.tensor2d([0, 2, 1, 1, 1, 0], [2, 3], 'int32');
      const scores = random([2, 3, 3]);
      const loss = async (reduction: 'none' | 'sum' | 'mean' | 'token_mean') =>
        await read(crf.loss(scores, tags, { lengths: [3, 1], reduction }));
      const [one, two] = (await loss('none')) as [number, number];
      expect((await loss('sum'))[0]).toBeCloseTo(one + two, 4);
      expect((await loss('mean'))[0]).toBeCloseTo((one + two) / 2, 4);
      expect((await loss('token_mean'))[0]).toBeCloseTo((one + two) / 4, 4);
      tf.dispose([scores, tags]);
    });

    it('is the cross-entropy of each step where no tag depends on another', async () => {
      using crf = new LinearChainCrf({ numTags: 4 });
      for (const parameter of crf.parameters()) parameter.assign(tf.zeros(parameter.shape));
      const tags = tf.tensor2d([0, 2, 3, 1, 1, 0], [2, 3], 'int32');
      const scores = random([2, 3, 4]);
      const loss = await read(crf.loss(scores, tags, { reduction: 'token_mean' }));
      const expected = tf.tidy(() => nn.crossEntropy(tf.reshape(scores, [6, 4]), tf.reshape(tags, [6])));
      expect(loss[0]).toBeCloseTo((await read(expected))[0]!, 5);
      tf.dispose([scores, tags]);
    });

    it('accepts a batch without rows, with gradients of 0', async () => {
      using crf = new LinearChainCrf({ numTags: 3 });
      const [scores, tags] = [tf.zeros([0, 2, 3]), tf.zeros([0, 2], 'int32')];
      const { grads, value } = tf.variableGrads(
        () => crf.loss(scores, tags, { lengths: [], reduction: 'sum' }) as tf.Scalar,
      );
      expect((await read(value)).map(Math.abs)).toEqual([0]);
      for (const gradient of Object.values(grads)) {
        expect((await read(gradient)).every((x) => x === 0)).toBe(true);
      }
      expect(await read(crf.loss(scores, tags))).toEqual([NaN]);
      expect(await crf.viterbi(scores)).toEqual([]);
      const marginals = crf.marginals(scores);
      expect(marginals.shape).toEqual([0, 2, 3]);
      tf.dispose([scores, tags, marginals]);
    });

    it('stays finite for scores far apart, and ignores what is past a row’s end', async () => {
      using crf = new LinearChainCrf({ numTags: 2 });
      const scores = tf.tensor3d([900, -900, -900, 900, NaN, Infinity], [1, 3, 2]);
      const tags = tf.tensor2d([0, 1, 77], [1, 3], 'int32');
      const [loss] = await read(crf.loss(scores, tags, { lengths: [2] }));
      expect(loss).toBeCloseTo(0, 3);
      tf.dispose([scores, tags]);
    });
  });
});

describe('LinearChainCrf', () => {
  it('has pytorch-crf’s keys and prints its size', () => {
    using crf = new LinearChainCrf({ numTags: 3 });
    expect(Object.keys(crf.stateDict())).toEqual(['start_transitions', 'end_transitions', 'transitions']);
    expect(String(crf)).toBe('LinearChainCrf(3), 15 parameters');
  });

  it('gives ties to the lower tag', async () => {
    using crf = new LinearChainCrf({ numTags: 3 });
    for (const parameter of crf.parameters()) parameter.assign(tf.zeros(parameter.shape));
    const scores = tf.zeros([1, 3, 3]);
    expect(await crf.viterbi(scores)).toEqual([{ tags: [0, 0, 0], score: 0 }]);
    scores.dispose();
  });

  it('names what is wrong in its errors', async () => {
    using crf = new LinearChainCrf({ numTags: 3 });
    const [scores, tags] = [tf.zeros([1, 2, 3]), tf.tensor2d([0, 3], [1, 2], 'int32')];
    expect(() => new LinearChainCrf({ numTags: 0 })).toThrow(
      'LinearChainCrf: numTags is 0; expected a whole number of at least 1',
    );
    expect(() => crf.forward(tf.zeros([1, 2, 4]), tags)).toThrow(
      'LinearChainCrf.forward: scores has 4 features in its last axis (shape [1, 2, 4]); numTags is 3',
    );
    expect(() => crf.loss(scores, tags)).toThrow(
      'LinearChainCrf.loss: tags holds 3 at [0, 1]; expected tags 0 to 2',
    );
    expect(() => crf.forward(scores, tf.zeros([1, 3], 'int32'))).toThrow(
      'LinearChainCrf.forward: tags has shape [1, 3]; expected [1, 2], a tag for each step',
    );
    expect(() => crf.logPartition(tf.zeros([1, 0, 3]))).toThrow(
      'LinearChainCrf.logPartition: scores has 0 steps (shape [1, 0, 3]); expected at least 1',
    );
    expect(() => crf.marginals(scores, { lengths: [3] })).toThrow(
      'LinearChainCrf.marginals: lengths is [3]; expected an array, each element a whole number from 1 to 2',
    );
    await expect(crf.viterbi(scores, { lengths: [1, 1] })).rejects.toThrow(
      'LinearChainCrf.viterbi: lengths has 2 numbers; expected one for each of the 1 sources',
    );
  });
});
