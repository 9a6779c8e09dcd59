import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import {
  type AdamStepAttrs,
  adagradStep,
  adamStep,
  crossEntropy,
  dropoutMask,
  globalNorm,
  philoxDropout,
  rmspropStep,
  scaleTensors,
  sgdStep,
  useBackend,
  zeroPadding,
} from '@unroll/backend';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpu } from '../cpu.ts';
import { BACKEND_NAME } from '../name.ts';

/** The values that rounding, overflow and comparisons trip over, beside ordinary ones. */
const number = fc.oneof(
  { weight: 8, arbitrary: fc.float({ min: -10, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, 1e-40, 100, -100) },
);

const axisSize = fc.integer({ min: 1, max: 7 });
const anyShape = fc.array(axisSize, { minLength: 0, maxLength: 4 });

/** A value for every element, repeating the drawn ones. */
function fillShape(shape: readonly number[], values: readonly number[]): tf.Tensor {
  const size = tf.util.sizeFromShape(shape as number[]);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => values[i % values.length]!),
    shape as number[],
  );
}

type Values = Float32Array | Int32Array | Uint8Array;

interface Result {
  shape: number[];
  dtype: string;
  values: Values;
}

/** What a computation gives on one backend; inputs are made there, from numbers. */
function on(backend: string, compute: () => tf.Tensor | tf.Tensor[]): Result[] {
  tf.setBackend(backend);
  return tf.tidy(() => {
    const outputs = compute();
    return [outputs].flat().map((output) => ({
      shape: output.shape,
      dtype: output.dtype,
      values: output.dataSync(),
    }));
  }) as unknown as Result[];
}

/** Equal to tfjs-backend-cpu to the given number of units in the sixth digit; NaN and ∞ exactly. */
function expectAsTfjs(compute: () => tf.Tensor | tf.Tensor[], relative = 2e-6, absolute = 1e-6): void {
  const expected = on('cpu', compute);
  const actual = on(BACKEND_NAME, compute);
  expect(actual.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    expected.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  actual.forEach(({ values }, which) => {
    const wanted = expected[which]!.values;
    expect(values.length).toBe(wanted.length);
    values.forEach((value, i) => {
      const want = wanted[i]!;
      if (Object.is(value, want) || value === want || (Number.isNaN(value) && Number.isNaN(want))) return;
      expect(
        Math.abs(value - want),
        `element ${i}: ${value}, tfjs-backend-cpu has ${want}`,
      ).toBeLessThanOrEqual(absolute + relative * Math.abs(want));
    });
  });
}

beforeAll(() => useBackend(cpu({ threads: 2 })));
afterAll(() => tf.removeBackend(BACKEND_NAME));

describe('elementwise functions equal tfjs-backend-cpu', () => {
  const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    relu: tf.relu,
    leakyRelu: (x) => tf.leakyRelu(x, 0.3),
    elu: tf.elu,
    sigmoid: tf.sigmoid,
    tanh: tf.tanh,
    exp: tf.exp,
    log: tf.log,
    sqrt: tf.sqrt,
    rsqrt: tf.rsqrt,
    square: tf.square,
    abs: tf.abs,
    neg: tf.neg,
    reciprocal: tf.reciprocal,
    step: (x) => tf.step(x, 0.25),
    clipByValue: (x) => tf.clipByValue(x, -2, 3),
  };

  it.each(Object.keys(functions))('%s', (name) => {
    fc.assert(
      fc.property(anyShape, fc.array(number, { minLength: 1, maxLength: 30 }), (shape, values) => {
        // Denormal numbers may be flushed; their logarithm and reciprocal are then those of 0.
        const ordinary = /log|rsqrt|reciprocal/.test(name)
          ? values.map((v) => (Math.abs(v) < 1e-37 ? 0 : v))
          : values;
        expectAsTfjs(() => functions[name]!(fillShape(shape, ordinary)));
      }),
    );
  });

  it('over more elements than one thread takes', () => {
    expectAsTfjs(() => tf.tanh(tf.sin(tf.range(0, 50_003))));
  });
});

describe('binary functions equal tfjs-backend-cpu', () => {
  const functions = {
    add: tf.add,
    sub: tf.sub,
    mul: tf.mul,
    div: tf.div,
    maximum: tf.maximum,
    minimum: tf.minimum,
    squaredDifference: tf.squaredDifference,
  };

  it.each(Object.keys(functions) as (keyof typeof functions)[])('%s, broadcast in every way', (name) => {
    const shapes = anyShape.chain((shape) => {
      const side = fc
        .tuple(
          fc.integer({ min: 0, max: shape.length }),
          fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        )
        .map(([drop, ones]) => shape.map((size, axis) => (ones[axis] ? 1 : size)).slice(drop));
      return fc.tuple(side, side);
    });
    fc.assert(
      fc.property(shapes, fc.array(number, { minLength: 2, maxLength: 30 }), ([a, b], values) => {
        expectAsTfjs(() => functions[name](fillShape(a, values), fillShape(b, [...values].reverse())));
      }),
    );
  });

  it.each([
    ['the same shape', [50_001], [50_001]],
    ['a scalar', [50_001], []],
    ['a row', [1001, 37], [37]],
    ['a column', [1001, 37], [1001, 1]],
  ])('over more elements than one thread takes: %s', (_, a, b) => {
    expectAsTfjs(() => tf.sub(fillShape(a, [1, 2, 3, 5, 7, 11, 13]), fillShape(b, [0.5, 3, 8])));
    expectAsTfjs(() => tf.sub(fillShape(b, [1, 2, 3, 5, 7, 11, 13]), fillShape(a, [0.5, 3, 8])));
  });
});

describe('reductions equal tfjs-backend-cpu', () => {
  const functions = { sum: tf.sum, mean: tf.mean, max: tf.max };
  const shapeAndAxes = fc
    .array(axisSize, { minLength: 1, maxLength: 4 })
    .chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.uniqueArray(fc.integer({ min: 0, max: shape.length - 1 }), { minLength: 1 }),
        fc.boolean(),
      ),
    );

  it.each(Object.keys(functions) as (keyof typeof functions)[])('%s, over any axes', (name) => {
    fc.assert(
      fc.property(
        shapeAndAxes,
        fc.array(number, { minLength: 1, maxLength: 30 }),
        ([shape, axes, keepDims], values) => {
          expectAsTfjs(() => functions[name](fillShape(shape, values), axes, keepDims), 1e-5, 1e-5);
        },
      ),
    );
  });

  it('adds a long column up without losing digits', () => {
    const rows = 200_000;
    const total = on(BACKEND_NAME, () => tf.sum(tf.fill([rows, 3], 0.1), 0))[0]!.values[2]!;
    expect(Math.abs(total / (rows * Math.fround(0.1)) - 1)).toBeLessThan(1e-5);
  });
});

describe('softmax equals tfjs-backend-cpu', () => {
  const functions = { softmax: tf.softmax, logSoftmax: tf.logSoftmax };

  it.each(Object.keys(functions) as (keyof typeof functions)[])('%s, with extreme logits', (name) => {
    const logit = fc.oneof(fc.float({ min: -30, max: 30, noNaN: true }), fc.constantFrom(1e4, -1e4));
    fc.assert(
      fc.property(
        axisSize,
        axisSize,
        fc.array(logit, { minLength: 1, maxLength: 40 }),
        (rows, classes, values) => {
          expectAsTfjs(() => functions[name](fillShape([rows, classes], values)), 1e-5, 1e-5);
        },
      ),
    );
  });
});

describe('kernels that move elements equal tfjs-backend-cpu', () => {
  const shape = fc.array(axisSize, { minLength: 1, maxLength: 4 });
  const counted = (dims: readonly number[], dtype: 'float32' | 'int32' | 'bool' = 'float32') =>
    tf.cast(tf.reshape(tf.range(0, tf.util.sizeFromShape(dims as number[])), dims as number[]), dtype);
  const dtype = fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const);

  it('concat, along any axis', () => {
    fc.assert(
      fc.property(
        shape,
        fc.nat(3),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
        dtype,
        (dims, at, sizes, type) => {
          const axis = at % dims.length;
          expectAsTfjs(() =>
            tf.concat(
              sizes.map((size) => counted(dims.with(axis, size), type)),
              axis,
            ),
          );
        },
      ),
    );
  });

  it('stack and unstack, along any axis', () => {
    fc.assert(
      fc.property(shape, fc.nat(4), fc.integer({ min: 1, max: 4 }), dtype, (dims, at, count, type) => {
        expectAsTfjs(() =>
          tf.stack(
            Array.from({ length: count }, () => counted(dims, type)),
            at % (dims.length + 1),
          ),
        );
        expectAsTfjs(() => tf.unstack(counted(dims, type), at % dims.length));
      }),
    );
  });

  it('split, into parts of any size', () => {
    fc.assert(
      fc.property(
        shape,
        fc.nat(3),
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
        dtype,
        (dims, at, sizes, type) => {
          const axis = at % dims.length;
          const whole = dims.with(
            axis,
            sizes.reduce((a, b) => a + b),
          );
          expectAsTfjs(() => tf.split(counted(whole, type), sizes, axis));
        },
      ),
    );
  });

  it('slice, anywhere', () => {
    const window = shape.chain((dims) =>
      fc.tuple(
        fc.constant(dims),
        fc.tuple(
          ...dims.map((size) =>
            fc
              .tuple(fc.nat(size - 1), fc.nat(size))
              .map(([begin, length]) => [begin, Math.min(length, size - begin)] as const),
          ),
        ),
      ),
    );
    fc.assert(
      fc.property(window, dtype, ([dims, ranges], type) => {
        expectAsTfjs(() =>
          tf.slice(
            counted(dims, type),
            ranges.map(([begin]) => begin),
            ranges.map(([, size]) => size),
          ),
        );
      }),
    );
  });

  it('transpose, by any permutation', () => {
    const permuted = shape.chain((dims) =>
      fc.tuple(
        fc.constant(dims),
        fc.shuffledSubarray(
          dims.map((_, axis) => axis),
          { minLength: dims.length },
        ),
      ),
    );
    fc.assert(
      fc.property(permuted, dtype, ([dims, perm], type) =>
        expectAsTfjs(() => tf.transpose(counted(dims, type), perm)),
      ),
    );
    expectAsTfjs(() => tf.transpose(counted([130, 257])));
  });

  it('gather, along any axis', () => {
    fc.assert(
      fc.property(
        shape,
        fc.nat(3),
        fc.array(fc.nat(100), { minLength: 1, maxLength: 6 }),
        dtype,
        (dims, at, picks, type) => {
          const axis = at % dims.length;
          const indices = picks.map((pick) => pick % dims[axis]!);
          expectAsTfjs(() => tf.gather(counted(dims, type), tf.tensor1d(indices, 'int32'), axis));
        },
      ),
    );
  });

  it('names the index that gather cannot find', () => {
    tf.setBackend(BACKEND_NAME);
    expect(() => tf.gather(tf.zeros([3, 2]), tf.tensor1d([0, 5], 'int32'))).toThrow(
      'GatherV2: the index value 5 is not in [0, 2] (indices[1])',
    );
  });

  it('unsortedSegmentSum, ids of no segment dropped', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 1, maxLength: 20 }),
        axisSize,
        (ids, width) => {
          expectAsTfjs(() =>
            tf.unsortedSegmentSum(counted([ids.length, width]), tf.tensor1d(ids, 'int32'), 4),
          );
        },
      ),
    );
  });
});

describe('contract kernels equal the portable ones', () => {
  const small = fc.float({ min: -3, max: 3, noNaN: true });

  it('cross-entropy and its gradient', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 6 }),
        fc.array(small, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(0, 0.2, 1),
        fc.boolean(),
        (targets, values, labelSmoothing, weighted) => {
          // Class 5 is the one to ignore.
          expectAsTfjs(
            () => {
              const target = tf.tensor1d(targets, 'int32');
              const weight = weighted ? tf.tensor1d([1, 0.5, 2, 3, 0]) : undefined;
              const attrs = { ignoreIndex: 5, labelSmoothing };
              const logits = fillShape([targets.length, 5], values) as tf.Tensor2D;
              const { loss, rowWeight } = crossEntropy({ logits, target, weight }, attrs);
              const gradient = tf.grad((x) =>
                tf.sum(tf.square(crossEntropy({ logits: x as tf.Tensor2D, target, weight }, attrs).loss)),
              )(logits);
              return [loss, rowWeight, gradient];
            },
            1e-4,
            1e-5,
          );
        },
      ),
    );
  });

  it('names the row whose target is no class', () => {
    tf.setBackend(BACKEND_NAME);
    const target = tf.tensor1d([0, 9], 'int32');
    expect(() => crossEntropy({ logits: tf.zeros([2, 3]), target })).toThrow(
      'crossEntropy: target[1] is 9; expected a class in 0…2, or -100',
    );
  });

  it('dropout, bit by bit', () => {
    tf.setBackend(BACKEND_NAME);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(0xffffffff),
        fc.nat(0xffffffff),
        (size, p, key, call) => {
          const attrs = { p, seed: [key, 7], offset: [call, 1] } as const;
          const y = tf.tidy(() => philoxDropout(tf.ones([size]), attrs).dataSync());
          expect(y).toEqual(dropoutMask(size, attrs));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('optimizer steps, with every option', () => {
    const size = 37;
    const wave = (phase: number) => tf.sin(tf.add(tf.range(0, size), phase));
    const positive = (phase: number) => tf.square(wave(phase));
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(0, 0.1),
        (first, second, maximize, weightDecay) => {
          const common = { lr: 0.1, weightDecay, maximize };
          const inputs = () => ({ param: wave(0), grad: wave(1) });
          expectAsTfjs(
            () =>
              sgdStep(
                { ...inputs(), ...(first && { momentumBuffer: wave(2) }) },
                { ...common, momentum: 0.9, dampening: 0.3, nesterov: second },
              ),
            1e-5,
          );
          expectAsTfjs(
            () => sgdStep(inputs(), { ...common, momentum: 0, dampening: 0, nesterov: false }),
            1e-5,
          );
          const adam: AdamStepAttrs = {
            ...common,
            beta1: 0.9,
            beta2: 0.99,
            eps: 1e-8,
            decoupledWeightDecay: second,
            step: 3,
          };
          expectAsTfjs(
            () =>
              adamStep(
                {
                  ...inputs(),
                  expAvg: wave(2),
                  expAvgSq: positive(3),
                  ...(first && { maxExpAvgSq: positive(4) }),
                },
                adam,
              ),
            1e-4,
          );
          expectAsTfjs(
            () =>
              rmspropStep(
                {
                  ...inputs(),
                  squareAvg: positive(2),
                  ...(first && { momentumBuffer: wave(3) }),
                  ...(second && { gradAvg: tf.mul(wave(4), 0.01) }),
                },
                { ...common, alpha: 0.9, eps: 1e-2, momentum: first ? 0.5 : 0 },
              ),
            1e-4,
          );
          expectAsTfjs(() => adagradStep({ ...inputs(), sum: positive(2) }, { ...common, eps: 1e-10 }), 1e-4);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('the scaling of several tensors', () => {
    expectAsTfjs(() => scaleTensors([tf.range(0, 1000), tf.ones([3, 5]), tf.scalar(2)], tf.scalar(0.3)));
  });

  it('zeroes past the end of each row', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 }),
        fc.array(number, { minLength: 1, maxLength: 9 }),
        (lengths, values) => {
          expectAsTfjs(() =>
            zeroPadding(fillShape([5, lengths.length, 3], values), tf.tensor1d(lengths, 'int32')),
          );
        },
      ),
    );
  });

  it('the norm over several tensors', () => {
    expectAsTfjs(() => globalNorm([tf.range(0, 1000), tf.ones([3, 5]), tf.scalar(2)]), 1e-6);
  });
});
