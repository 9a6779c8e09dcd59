import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends } from '../test/backends.ts';

const nothing = (shape: number[], dtype: 'float32' | 'int32' = 'float32') => tf.zeros(shape, dtype);

/** The common interface of the three layers */
interface Recurrent extends nn.Module {
  forward(input: tf.Tensor3D): [output: tf.Tensor3D, state: tf.TensorContainer];
}

const recurrent: readonly [string, () => Recurrent][] = [
  ['RNN', () => new nn.RNN({ inputSize: 3, hiddenSize: 4 }) as Recurrent],
  ['RNN with relu', () => new nn.RNN({ inputSize: 3, hiddenSize: 4, nonlinearity: 'relu' }) as Recurrent],
  [
    'stacked bidirectional LSTM',
    () => new nn.LSTM({ inputSize: 3, hiddenSize: 4, numLayers: 2, bidirectional: true }) as Recurrent,
  ],
  ['LSTM with projection', () => new nn.LSTM({ inputSize: 3, hiddenSize: 4, projSize: 2 }) as Recurrent],
  [
    'GRU with dropout',
    () => new nn.GRU({ inputSize: 3, hiddenSize: 4, numLayers: 2, dropout: 0.5 }) as Recurrent,
  ],
];

/** Attention of an input to itself. */
function selfAttention(): nn.Module {
  const attention = new nn.MultiheadAttention({ embedDim: 4, numHeads: 2 });
  return new (class extends nn.Module {
    readonly attention = attention;

    forward(x: tf.Tensor): tf.Tensor {
      return attention.forward(x, x, x, { needWeights: false })[0];
    }
  })();
}

const modules: readonly [
  string,
  () => nn.Module & { forward(x: tf.Tensor): tf.Tensor },
  tf.Tensor['dtype'],
  number[],
][] = [
  ['Linear', () => new nn.Linear({ inFeatures: 3, outFeatures: 4 }) as never, 'float32', [0, 3]],
  ['LayerNorm', () => new nn.LayerNorm({ normalizedShape: 3 }) as never, 'float32', [0, 3]],
  ['BatchNorm1d', () => new nn.BatchNorm1d({ numFeatures: 3 }) as never, 'float32', [0, 3, 5]],
  [
    'Conv1d',
    () => new nn.Conv1d({ inChannels: 3, outChannels: 4, kernelSize: 3, padding: 1 }) as never,
    'float32',
    [0, 3, 5],
  ],
  [
    'Conv2d',
    () => new nn.Conv2d({ inChannels: 4, outChannels: 4, kernelSize: 2, groups: 2 }) as never,
    'float32',
    [0, 4, 5, 3],
  ],
  ['PReLU', () => new nn.PReLU({ numParameters: 3 }) as never, 'float32', [0, 3]],
  ['MultiheadAttention', () => selfAttention() as never, 'float32', [2, 0, 4]],
  [
    'Embedding',
    () => new nn.Embedding({ numEmbeddings: 5, embeddingDim: 3, paddingIdx: 0 }) as never,
    'int32',
    [0, 4],
  ],
];

const classLosses: readonly [
  string,
  (x: tf.Tensor, reduction: 'mean' | 'sum' | 'none') => tf.Tensor,
  number[],
][] = [
  ['crossEntropy', (x, reduction) => nn.crossEntropy(x, nothing([0], 'int32'), { reduction }), [0, 3]],
  [
    'crossEntropy over sequences, smoothed',
    (x, reduction) => nn.crossEntropy(x, nothing([0, 5], 'int32'), { reduction, labelSmoothing: 0.1 }),
    [0, 3, 5],
  ],
  [
    'crossEntropy with probabilities',
    (x, reduction) => nn.crossEntropy(x, nothing([0, 3]), { reduction }),
    [0, 3],
  ],
  ['nllLoss', (x, reduction) => nn.nllLoss(x, nothing([0], 'int32'), { reduction }), [0, 3]],
  ['mseLoss', (x, reduction) => nn.mseLoss(x, nothing([0, 3]), { reduction }), [0, 3]],
  ['l1Loss', (x, reduction) => nn.l1Loss(x, nothing([0, 3]), { reduction }), [0, 3]],
  ['smoothL1Loss', (x, reduction) => nn.smoothL1Loss(x, nothing([0, 3]), { reduction }), [0, 3]],
  ['huberLoss', (x, reduction) => nn.huberLoss(x, nothing([0, 3]), { reduction }), [0, 3]],
  [
    'binaryCrossEntropyWithLogits',
    (x, reduction) => nn.binaryCrossEntropyWithLogits(x, nothing([0, 3]), { reduction }),
    [0, 3],
  ],
  ['binaryCrossEntropy', (x, reduction) => nn.binaryCrossEntropy(x, nothing([0, 3]), { reduction }), [0, 3]],
  ['klDiv', (x, reduction) => nn.klDiv(x, nothing([0, 3]), { reduction }), [0, 3]],
  [
    'cosineEmbeddingLoss',
    (x, reduction) => nn.cosineEmbeddingLoss(x, nothing([0, 3]), nothing([0]), { reduction }),
    [0, 3],
  ],
  ['ctcLoss', (x, reduction) => nn.ctcLoss(x, nothing([0, 2], 'int32'), [], [], { reduction }), [4, 0, 3]],
];

/** Whether all elements are 0 or −0. */
const areZero = async (tensors: readonly tf.Tensor[]): Promise<boolean> =>
  (await Promise.all(tensors.map((tensor) => tensor.data()))).every((values) =>
    values.every((value) => value === 0),
  );

describe.each(backends)('an empty batch on %s', (_, backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each(recurrent)('passes through %s, which gets gradients of 0', async (_, make) => {
    const layer = make();
    const [output, state] = tf.tidy(() => layer.forward(nothing([2, 0, 3]) as tf.Tensor3D));
    expect(output.shape[1]).toBe(0);
    expect(await output.data()).toHaveLength(0);
    const { value, grads } = tf.variableGrads(
      () => tf.sum(layer.forward(nothing([2, 0, 3]) as tf.Tensor3D)[0]) as tf.Scalar,
    );
    expect(await areZero([value, ...Object.values(grads)])).toBe(true);
    tf.dispose([output, state as never, value, grads]);
    layer.dispose();
  });

  it.each(modules)('passes through %s, which gets gradients of 0', async (_, make, dtype, shape) => {
    const module = make();
    const { value, grads } = tf.variableGrads(
      () => tf.sum(module.forward(nothing(shape, dtype as 'int32'))) as tf.Scalar,
    );
    expect(await areZero([value, ...Object.values(grads)])).toBe(true);
    tf.dispose([value, grads]);
    module.dispose();
  });

  it.each(classLosses)('has a mean %s of NaN, a sum of 0 and no elements', async (_, loss, shape) => {
    const values = async (reduction: 'mean' | 'sum' | 'none') => {
      const result = tf.tidy(() => loss(nothing(shape), reduction));
      const read = [...(await result.data())];
      result.dispose();
      return read;
    };
    expect(await values('mean')).toEqual([Number.NaN]);
    expect(await values('sum')).toEqual([0]);
    expect(await values('none')).toEqual([]);
    const gradient = tf.tidy(() => tf.grad((x) => loss(x, 'sum'))(nothing(shape)));
    expect(gradient.shape).toEqual(shape);
    expect(await gradient.data()).toHaveLength(0);
    gradient.dispose();
  });

  it('in the middle of a training leaves the training intact', async () => {
    nn.manualSeed(1);
    const layer = new nn.GRU({ inputSize: 3, hiddenSize: 4 });
    const optimizer = new Adam(layer.parameters(), { lr: 0.1 });
    const train = (rows: number) =>
      trainingStep(optimizer, () => tf.sum(tf.square(layer.forward(tf.ones([2, rows, 3]))[0])) as tf.Scalar, {
        clipGradNorm: 1,
      });
    const first = await train(2);
    expect(await train(0)).toBe(0);
    expect(await train(2)).toBeLessThan(first);
    optimizer.dispose();
    layer.dispose();
  });
});

it('cannot be packed, as in PyTorch', () => {
  expect(() => nn.packPaddedSequence(nothing([3, 0, 2]), [])).toThrow(
    'packPaddedSequence: input has no rows',
  );
});
