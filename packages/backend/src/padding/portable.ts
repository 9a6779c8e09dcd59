import {
  greater,
  type KernelFunc,
  range,
  reshape,
  type Tensor,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { ZeroPaddingInputs } from './contract.ts';

export const zeroPadding: KernelFunc = ({ inputs }) =>
  tidy(() => {
    const { x, lengths } = inputs as ZeroPaddingInputs as unknown as { x: Tensor; lengths: Tensor };
    const [steps, rows, ...rest] = x.shape as [number, number, ...number[]];
    const ones = rest.map(() => 1);
    const step = reshape(range(0, steps, 1, 'int32'), [steps, 1, ...ones]);
    return [where(greater(reshape(lengths, [1, rows, ...ones]), step), x, zerosLike(x))];
  });
