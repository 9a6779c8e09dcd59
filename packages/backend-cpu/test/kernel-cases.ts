import * as tf from '@tensorflow/tfjs-core';
import { UnsortedSegmentSum } from '@tensorflow/tfjs-core';

import { call, flags, floats, integers, type KernelCase, type Shape } from './case-tensors.ts';
import { productCases } from './product-cases.ts';
import { recurrentCases } from './recurrent-cases.ts';

const numbered = (tensors: tf.Tensor[]): Record<string, tf.Tensor> =>
  Object.fromEntries(tensors.map((tensor, i) => [i, tensor]));

const unary: Record<string, object> = {
  Relu: {}, LeakyRelu: { alpha: 0.3 }, Elu: {}, Sigmoid: {}, Tanh: {}, Exp: {}, Log: {}, Sqrt: {}, Rsqrt: {}, Square: {},
  Abs: {}, Neg: {}, Reciprocal: {}, Step: { alpha: 0.5 }, ClipByValue: { clipValueMin: 0.7, clipValueMax: 1 },
}; // biome-ignore format: a table

const binary: readonly (readonly [string, string, string])[] = [
  ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference'].map(
    (name) => [name, 'a', 'b'] as const,
  ),
  ['EluGrad', 'dy', 'y'],
];

/** The shapes of the operands of a binary kernel, by width, for each kind of broadcast. */
const broadcasts: Record<string, (width: number) => [Shape, Shape]> = {
  alike: (w) => [
    [3, w],
    [3, w],
  ],
  'a row': (w) => [[3, w], [w]],
  'a column': (w) => [
    [w, 1],
    [w, 3],
  ],
  'a scalar': (w) => [[w], []],
};

function* elementCases(): Generator<[string, KernelCase]> {
  for (const [name, attrs] of Object.entries(unary)) {
    yield [name, (w) => call(name, { x: tf.sub(floats([w]), name === 'Log' ? 0 : 1) }, attrs)];
  }
  for (const [name, a, b] of binary) {
    for (const [what, shapes] of Object.entries(broadcasts)) {
      yield [
        `${name}, ${what}`,
        (w) => {
          const [first, second] = shapes(w);
          return call(name, { [a]: floats(first), [b]: floats(second, 2) });
        },
      ];
    }
  }
  yield [
    'Cast',
    (w) => [
      tf.cast(integers(Array.from({ length: w }, (_, i) => i)), 'float32'),
      tf.cast(flags([w]), 'int32'),
    ],
  ];
  yield [
    'PhiloxDropout',
    (w) => call('PhiloxDropout', { x: floats([w]) }, { p: 0.4, seed: [1, 2], offset: [3, 4] }),
  ];
}

function* reducingCases(): Generator<[string, KernelCase]> {
  for (const [name, reduce] of Object.entries({ Sum: tf.sum, Mean: tf.mean, Max: tf.max })) {
    yield [`${name} of rows`, (w) => [reduce(floats([3, w]), 1)]];
    yield [`${name} of all`, (w) => [reduce(floats([w]))]];
    if (name === 'Max') continue;
    yield [`${name} of columns`, (w) => [reduce(floats([5, w]), 0)]];
    yield [`${name} of many short columns`, (w) => [reduce(floats([16 * w, 3]), 0)]];
    yield [`${name} of an inner axis`, (w) => [reduce(floats([2, 3, w]), 1)]];
  }
  for (const [name, cumulate] of Object.entries({ Cumsum: tf.cumsum, Cumprod: tf.cumprod })) {
    yield [
      `${name} of rows`,
      (w) => [
        cumulate(floats([3, w]), 1),
        cumulate(floats([w]), 0, true, true),
        cumulate(floats([w]), 0, true),
      ],
    ];
    yield [
      `${name} of columns`,
      (w) => [cumulate(floats([5, w]), 0), cumulate(floats([2, 3, w]), 1, false, true)],
    ];
  }
  yield ['Softmax', (w) => [tf.softmax(floats([3, w]))]];
  yield ['LogSoftmax', (w) => call('LogSoftmax', { logits: floats([3, w]) }, { axis: -1 })];
  yield [
    'TopK',
    (w) => {
      const x = floats([3, w]);
      const [few, all] = [tf.topk(x, 1 + (w >> 3)), tf.topk(x, w)];
      return [few.values, few.indices, all.values, all.indices];
    },
  ];
  yield ['GlobalNorm', (w) => call('GlobalNorm', numbered([floats([w]), floats([w, 3], 2)]))];
  for (const weighted of [false, true]) {
    for (const [what, shape] of Object.entries({
      classes: (w: number) => [3, w],
      rows: (w: number) => [w, 3],
    })) {
      const inputs = (w: number) => {
        const [rows, classes] = shape(w) as [number, number];
        return {
          logits: floats([rows, classes]),
          target: integers(Array.from({ length: rows }, (_, i) => i % classes)),
          weight: weighted ? floats([classes], 2) : undefined,
        };
      };
      const attrs = { ignoreIndex: 1, labelSmoothing: weighted ? 0.1 : 0 };
      const how = `${what}${weighted ? ', weighted and smoothed' : ''}`;
      yield [`${'CrossEntropyForward'}, ${how}`, (w) => call('CrossEntropyForward', inputs(w), attrs)];
      yield [
        `${'CrossEntropyBackward'}, ${how}`,
        (w) => call('CrossEntropyBackward', { ...inputs(w), dLoss: floats([shape(w)[0]!], 3) }, attrs),
      ];
    }
  }
}

function* arrangingCases(): Generator<[string, KernelCase]> {
  for (const [what, make] of Object.entries({ floats: (shape: Shape) => floats(shape), flags })) {
    yield [
      `Concat of ${what}`,
      (w) => [tf.concat([make([3, w]), make([3, 2])], 1), tf.concat([make([w]), make([3])])],
    ];
    yield [`Pack of ${what}`, (w) => [tf.stack([make([w]), make([w])]), tf.stack([make([w]), make([w])], 1)]];
    yield [
      `Slice of ${what}`,
      (w) => [
        tf.slice(make([3, w, 3]), [1, w >> 1, 1], [2, w - (w >> 1), 2]),
        tf.slice(make([w + 1]), [1], [w]),
      ],
    ];
    yield [`Unpack of ${what}`, (w) => [...tf.unstack(make([3, w])), ...tf.unstack(make([w, 2]), 1)]];
    yield [
      `SplitV of ${what}`,
      (w) => [...tf.split(make([3, 2 * w]), 2, 1), ...tf.split(make([w + 2]), [w, 2])],
    ];
    yield [
      `GatherV2 of ${what}`,
      (w) => [tf.gather(make([w, 3]), integers([w - 1, 0])), tf.gather(make([3, w]), integers([2]))],
    ];
  }
  yield [
    'Transpose',
    (w) => [
      tf.transpose(floats([w, 5])),
      tf.transpose(floats([5, w])),
      tf.transpose(floats([2, 3, w]), [1, 0, 2]),
      tf.transpose(floats([2, w, 3]), [0, 2, 1]),
    ],
  ];
  yield [
    UnsortedSegmentSum,
    (w) =>
      call(UnsortedSegmentSum, { x: floats([4, w]), segmentIds: integers([2, 0, 2, 9]) }, { numSegments: 3 }),
  ];
  yield [
    'UnsortedSegmentSum of many rows',
    (w) =>
      call(
        UnsortedSegmentSum,
        { x: floats([600, w]), segmentIds: integers(Array.from({ length: 600 }, (_, i) => (i % 7) & 1)) },
        { numSegments: 3 },
      ),
  ];
  yield [
    'ScatterNd',
    (w) => [
      tf.scatterND(tf.tensor2d([[2], [0], [2]], [3, 1], 'int32'), floats([3, w]), [3, w]),
      tf.scatterND(tf.expandDims(integers([w - 1, 0]), 1), floats([2]), [w]),
      tf.scatterND(
        tf.tensor2d(
          [
            [1, w - 1],
            [1, 0],
            [0, 0],
          ],
          [3, 2],
          'int32',
        ),
        floats([3, 2]),
        [2, w, 2],
      ),
    ],
  ];
  yield ['ZeroPadding', (w) => call('ZeroPadding', { x: floats([3, 2, w]), lengths: integers([3, 1]) })];
}

function* optimizerCases(): Generator<[string, KernelCase]> {
  const common = { lr: 0.1, weightDecay: 0.1, maximize: false };
  const adam = { ...common, beta1: 0.9, beta2: 0.99, eps: 1e-8, decoupledWeightDecay: false, step: 3 };
  const rmsprop = { ...common, alpha: 0.9, eps: 1e-2, momentum: 0.5 };
  for (const full of [false, true]) {
    const only = (w: number, seed: number) => (full ? floats([w], seed) : undefined);
    const given = (w: number) => ({ param: floats([w]), grad: floats([w], 2) });
    const how = full ? ', all its state' : '';
    yield [
      `SgdStep${how}`,
      (w) =>
        call(
          'SgdStep',
          { ...given(w), momentumBuffer: only(w, 3) },
          { ...common, momentum: full ? 0.9 : 0, dampening: 0.1, nesterov: full },
        ),
    ];
    yield [
      `AdamStep${how}`,
      (w) =>
        call(
          'AdamStep',
          { ...given(w), expAvg: floats([w], 3), expAvgSq: floats([w], 4), maxExpAvgSq: only(w, 5) },
          adam,
        ),
    ];
    yield [
      `RmspropStep${how}`,
      (w) =>
        call(
          'RmspropStep',
          {
            ...given(w),
            squareAvg: floats([w], 3),
            momentumBuffer: only(w, 4),
            gradAvg: full ? tf.mul(floats([w], 5), 0.1) : undefined,
          },
          rmsprop,
        ),
    ];
  }
  yield [
    'AdagradStep',
    (w) =>
      call(
        'AdagradStep',
        { param: floats([w]), grad: floats([w], 2), sum: floats([w], 3) },
        { ...common, eps: 1e-10 },
      ),
  ];
  yield [
    'ScaleTensors',
    (w) => call('ScaleTensors', { ...numbered([floats([w]), floats([3, w], 2)]), factor: tf.scalar(0.3) }),
  ];
}

/** Every kernel of the backend with every kind of memory access, by the name of the computation. */
export const kernelCases: Readonly<Record<string, KernelCase>> = Object.fromEntries([
  ...elementCases(),
  ...reducingCases(),
  ...productCases(),
  ...arrangingCases(),
  ...recurrentCases(),
  ...optimizerCases(),
]);
