import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import '#tfjs-gradients';
import { Philox } from '../random/philox.ts';
import { ctcLossRows } from './ctc-loss.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

interface Case {
  classes: number;
  steps: number;
  blank: number;
  targets: number[][];
  inputLengths: number[];
  targetLengths: number[];
}

const int1d = (values: number[]) => tf.tensor1d(values, 'int32');

function lossOf(logits: tf.Tensor, c: Case, zeroInfinity = false): tf.Tensor1D {
  const rows = c.targets.length;
  return ctcLossRows(
    {
      logProbs: tf.logSoftmax(logits) as tf.Tensor3D,
      targets: tf.tensor(c.targets.flat(), [rows, c.targets[0]!.length], 'int32') as tf.Tensor2D,
      inputLengths: int1d(c.inputLengths),
      targetLengths: int1d(c.targetLengths),
    },
    { blank: c.blank, zeroInfinity },
  );
}

/** The sequence that an alignment spells: repeated labels are merged, then blanks are removed. */
function spelled(alignment: number[], blank: number): number[] {
  return alignment.filter((label, t) => label !== alignment[t - 1] && label !== blank);
}

/** −log of the total probability of all alignments that spell the target, summed one alignment at a time. */
function enumeratedLoss(
  logProbs: number[][],
  target: number[],
  { classes, blank }: Pick<Case, 'classes' | 'blank'>,
): number {
  let likelihood = 0;
  for (let code = 0; code < classes ** logProbs.length; code++) {
    const alignment = logProbs.map((_, t) => Math.floor(code / classes ** t) % classes);
    if (String(spelled(alignment, blank)) !== String(target)) continue;
    likelihood += Math.exp(alignment.reduce((total, label, t) => total + logProbs[t]![label]!, 0));
  }
  return -Math.log(likelihood);
}

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    classes: fc.integer({ min: 2, max: 4 }),
    steps: fc.integer({ min: 1, max: 5 }),
    rows: fc.integer({ min: 1, max: 3 }),
    width: fc.integer({ min: 0, max: 4 }),
  })
  .chain(({ classes, steps, rows, width }) => {
    const perRow = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: rows, maxLength: rows });
    return fc.integer({ min: 0, max: classes - 1 }).chain((blank) =>
      fc.record({
        classes: fc.constant(classes),
        steps: fc.constant(steps),
        blank: fc.constant(blank),
        targets: perRow(
          fc.array(
            fc.integer({ min: 0, max: classes - 2 }).map((label) => (label < blank ? label : label + 1)),
            { minLength: width, maxLength: width },
          ),
        ),
        inputLengths: perRow(fc.integer({ min: 0, max: steps })),
        targetLengths: perRow(fc.integer({ min: 0, max: width })),
      }),
    );
  });

function anyLogits({ steps, targets, classes }: Case): tf.Tensor3D {
  const random = new Philox(7);
  const shape: [number, number, number] = [steps, targets.length, classes];
  return tf.tensor3d(
    Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()),
    shape,
  );
}

describe('ctcLossRows', () => {
  it('sums over exactly the alignments that spell each row’s target, with the row’s own lengths', () => {
    fc.assert(
      fc.property(anyCase, (c) => {
        tf.tidy(() => {
          const logits = anyLogits(c);
          const logProbs = (tf.logSoftmax(logits) as tf.Tensor3D).arraySync();
          const loss = lossOf(logits, c).arraySync();
          loss.forEach((value, n) => {
            const rowLogProbs = logProbs.slice(0, c.inputLengths[n]).map((step) => step[n]!);
            const expected = enumeratedLoss(rowLogProbs, c.targets[n]!.slice(0, c.targetLengths[n]), c);
            if (Number.isFinite(expected)) expect(value).toBeCloseTo(expected, 4);
            else expect(value).toBe(Number.POSITIVE_INFINITY);
          });
        });
      }),
      { numRuns: 60 },
    );
  });

  it('has the gradient that finite differences through a log softmax give', () => {
    fc.assert(
      fc.property(anyCase, (c) => {
        tf.tidy(() => {
          const logits = anyLogits(c);
          const total = (x: tf.Tensor) => tf.sum(lossOf(x, c, true)).dataSync()[0]!;
          const gradient = tf
            .grad((x) => tf.sum(lossOf(x, c, true)))(logits)
            .dataSync();
          const values = logits.dataSync();
          const step = 1e-2;
          for (let i = 0; i < values.length; i += 3) {
            const moved = (by: number) => {
              const copy = values.slice();
              copy[i]! += by;
              return total(tf.tensor(copy, logits.shape));
            };
            expect(gradient[i]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 2);
          }
        });
      }),
      { numRuns: 20 },
    );
  });

  // logits = torch.tensor([(i*37%19)/6-1.5 for i in range(60)]).reshape(5,3,4).requires_grad_()
  // loss = F.ctc_loss(logits.log_softmax(-1), torch.tensor([[1,1,2],[3,2,1],[2,0,0]]), [5,4,3], [3,2,0], reduction='none')
  // (loss * torch.tensor([1., 2., -1.])).sum().backward()
  it('gives PyTorch’s losses and gradients with a repeated label, ragged lengths and an empty target', () => {
    tf.tidy(() => {
      const logits = tf.tensor3d(
        Array.from({ length: 60 }, (_, i) => ((i * 37) % 19) / 6 - 1.5),
        [5, 3, 4],
      );
      const c: Case = {
        classes: 4,
        steps: 5,
        blank: 0,
        // Entries past a target's length are not read, so even an invalid index is allowed there.
        targets: [
          [1, 1, 2],
          [3, 2, 99],
          [-5, 77, 0],
        ],
        inputLengths: [5, 4, 3],
        targetLengths: [3, 2, 0],
      };
      const loss = lossOf(logits, c).arraySync();
      [6.055829, 3.024203, 3.460763].forEach((value, n) => {
        expect(loss[n]).toBeCloseTo(value, 5);
      });
      const gradient = tf
        .grad((x) => tf.sum(tf.mul(lossOf(x, c), [1, 2, -1])))(logits)
        .dataSync();
      const expected = [
        0.011325, -0.609539, 0.323975, 0.274239, -0.13515, 0.534135, 0.452135, -0.85112, 0.684497, -0.267067,
        -0.226068, -0.191362, -0.521496, 0.104066, 0.226068, 0.191362, -0.027657, 0.534135, 0.056932,
        -0.56341, 0.684497, -0.267067, -0.226068, -0.191362, -0.03093, -0.3865, 0.226068, 0.191362, -0.008162,
        0.534135, -0.558782, 0.032809, 0.684497, -0.267067, -0.226068, -0.191362, -0.124451, -0.451778,
        -0.272604, 0.848834, -0.13515, 0.534135, -0.781709, 0.382724, 0, 0, 0, 0, 0.132072, 0.267067,
        -0.590501, 0.191362, 0, 0, 0, 0, 0, 0, 0, 0,
      ];
      expected.forEach((value, i) => {
        expect(gradient[i]).toBeCloseTo(value, 5);
      });
    });
  });

  const twoSteps: Case = {
    classes: 3,
    steps: 3,
    blank: 0,
    targets: [
      [1, 1],
      [2, 0],
    ],
    inputLengths: [2, 3],
    targetLengths: [2, 1],
  };

  it('is ∞ for a row without an alignment, with a NaN gradient up to its length, and does not affect other rows', () => {
    tf.tidy(() => {
      const logits = anyLogits(twoSteps);
      const loss = lossOf(logits, twoSteps).arraySync();
      expect(loss[0]).toBe(Number.POSITIVE_INFINITY);
      expect(loss[1]).toBeGreaterThan(0);
      const gradient = tf.grad((x) =>
        tf.sum(
          ctcLossRows(
            {
              logProbs: x as tf.Tensor3D,
              targets: tf.tensor2d(twoSteps.targets, [2, 2], 'int32'),
              inputLengths: int1d(twoSteps.inputLengths),
              targetLengths: int1d(twoSteps.targetLengths),
            },
            {},
          ),
        ),
      )(tf.logSoftmax(logits)) as tf.Tensor3D;
      const [first, second, third] = gradient.arraySync();
      expect([first![0], second![0], third![0]]).toEqual([
        [NaN, NaN, NaN],
        [NaN, NaN, NaN],
        [0, 0, 0],
      ]);
      expect([first, second, third].flatMap((step) => step![1]).every(Number.isFinite)).toBe(true);
    });
  });

  it('with zeroInfinity, sets the loss and the gradient of such rows to 0', () => {
    tf.tidy(() => {
      const logits = anyLogits(twoSteps);
      const loss = lossOf(logits, twoSteps, true).arraySync();
      expect(loss[0]).toBe(0);
      expect(loss[1]).toBeCloseTo(lossOf(logits, twoSteps).arraySync()[1]!, 6);
      const gradient = tf.grad((x) => tf.sum(lossOf(x, twoSteps, true)))(logits) as tf.Tensor3D;
      expect(gradient.arraySync().map((step) => step[0])).toEqual([
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ]);
    });
  });

  it('stays finite if some classes have probability 0', () => {
    tf.tidy(() => {
      const loss = ctcLossRows({
        logProbs: tf.log(tf.tensor3d([[[0.5, 0.5, 0]], [[0, 0.25, 0.75]]])) as tf.Tensor3D,
        targets: tf.tensor2d([[1, 2]], [1, 2], 'int32'),
        inputLengths: int1d([2]),
        targetLengths: int1d([2]),
      });
      expect(loss.arraySync()[0]).toBeCloseTo(-Math.log(0.5 * 0.75), 6);
    });
  });

  it('does not read the frames past a row’s length', () => {
    tf.tidy(() => {
      const logits = anyLogits(twoSteps);
      const spoilt = tf.where(
        tf.tensor3d([0, 0, 0, 0, 1, 0], [3, 2, 1], 'bool'),
        tf.fill([3, 2, 3], Number.NaN),
        logits,
      );
      const c = { ...twoSteps, targets: [[1], [2]], targetLengths: [1, 1] };
      expect(lossOf(spoilt, c).arraySync()).toEqual(lossOf(logits, c).arraySync());
      const gradientOf = (x: tf.Tensor) =>
        tf
          .grad((y) =>
            tf.sum(
              ctcLossRows({
                logProbs: y as tf.Tensor3D,
                targets: tf.tensor2d(c.targets, [2, 1], 'int32'),
                inputLengths: int1d(c.inputLengths),
                targetLengths: int1d(c.targetLengths),
              }),
            ),
          )(tf.logSoftmax(x))
          .dataSync();
      expect(gradientOf(spoilt)).toEqual(gradientOf(logits));
    });
  });

  it('keeps its precision over 2,000 steps', () => {
    tf.tidy(() => {
      const steps = 2000;
      // Two equally likely classes and one label: 2⁻ᵀ for each of the T·(T+1)/2 alignments.
      const loss = ctcLossRows({
        logProbs: tf.fill([steps, 1, 2], Math.log(0.5)) as tf.Tensor3D,
        targets: tf.tensor2d([[1]], [1, 1], 'int32'),
        inputLengths: int1d([steps]),
        targetLengths: int1d([1]),
      });
      const expected = steps * Math.log(2) - Math.log((steps * (steps + 1)) / 2);
      expect(Math.abs(loss.arraySync()[0]! / expected - 1)).toBeLessThan(1e-5);
    });
  });

  it('leaves no tensor behind', () => {
    const logits = anyLogits(twoSteps);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      tf.grad((x) => tf.sum(lossOf(x, twoSteps)))(logits);
    });
    expect(tf.memory().numTensors).toBe(before);
    logits.dispose();
  });
});
