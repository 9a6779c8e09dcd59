import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { portableKernels } from '@unroll/backend/contract';
import { expect, it } from 'vitest';
import { lowerings } from './lowerings.ts';

it('has every kernel of the contract', () => {
  expect([...portableKernels.keys()].filter((name) => !lowerings.has(name))).toEqual([]);
});

it('leaves to the host the kernels that ONNX cannot express', () => {
  const views = ['Identity', 'Reshape', 'ExpandDims'];
  const left = tf
    .getKernelsForBackend('cpu')
    .map(({ kernelName }) => kernelName)
    .filter((name) => !lowerings.has(name) && !views.includes(name));
  expect(left.sort()).toEqual(
    [
      // complex numbers
      ...['Complex', 'ComplexAbs', 'FFT', 'IFFT', 'Imag', 'Real'],
      // strings
      ...['StaticRegexReplace', 'StringNGrams', 'StringSplit', 'StringToHashBucketFast'],
      // shapes that depend on elements
      ...['NonMaxSuppressionV3', 'NonMaxSuppressionV4', 'NonMaxSuppressionV5', 'RaggedGather', 'RaggedRange'],
      ...[
        'RaggedTensorToTensor',
        'SparseFillEmptyRows',
        'SparseReshape',
        'SparseSegmentMean',
        'SparseSegmentSum',
      ],
      'Unique',
      // shapes and random numbers that the host computes
      ...['BroadcastArgs', 'Draw', 'Multinomial'],
      // images, in tfjs's own sampling
      ...['CropAndResize', 'ResizeBilinear', 'ResizeBilinearGrad', 'ResizeNearestNeighbor'],
      ...['ResizeNearestNeighborGrad', 'RotateWithOffset', 'Transform', 'LRN', 'LRNGrad'],
      ...['Dilation2D', 'Dilation2DBackpropFilter', 'Dilation2DBackpropInput'],
      // three-dimensional images
      ...[
        'AvgPool3D',
        'AvgPool3DGrad',
        'Conv3D',
        'Conv3DBackpropFilterV2',
        'Conv3DBackpropInputV2',
        'MaxPool3D',
      ],
      ...['MaxPool3DGrad', 'MaxPoolWithArgmax'],
      // rare
      ...['Bincount', 'Cumprod', 'DenseBincount', 'SearchSorted'],
    ].sort(),
  );
});

it('says why a call cannot be lowered', () => {
  const cast = lowerings.get('Cast')!;
  const x = { shape: [2], dtype: 'float32' as const };
  expect(cast.unsupported?.({ x }, { dtype: 'complex64' })).toBe('to complex64');
  expect(cast.unsupported?.({ x }, { dtype: 'int32' })).toBeUndefined();
});
