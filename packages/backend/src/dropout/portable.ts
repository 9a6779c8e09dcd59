import { mul, tensor } from '@tensorflow/tfjs-core';
import { portableKernel } from '../kernels/portable-kernel.ts';
import { dropoutMask } from './mask.ts';

/** The host draws the mask, because no backend has a 32-bit by 32-bit integer multiplication as an operation. */
export const philoxDropoutKernel = portableKernel('PhiloxDropout', ({ x }, attrs) => ({
  y: mul(x, tensor(dropoutMask(x.size, attrs), x.shape)),
}));
