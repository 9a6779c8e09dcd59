import { greater, range, reshape, where, zerosLike } from '@tensorflow/tfjs-core';
import { portableKernel } from '../kernels/portable-kernel.ts';

export const zeroPaddingKernel = portableKernel('ZeroPadding', ({ x, lengths }) => {
  const [steps, rows, ...rest] = x.shape as [number, number, ...number[]];
  const ones = rest.map(() => 1);
  const step = reshape(range(0, steps, 1, 'int32'), [steps, 1, ...ones]);
  return { y: where(greater(reshape(lengths, [1, rows, ...ones]), step), x, zerosLike(x)) };
});
