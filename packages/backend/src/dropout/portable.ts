import { mul, tensor } from '@tensorflow/tfjs-core';
import { portableKernel } from '../kernels/portable-kernel.ts';
import { dropoutMask } from './mask.ts';

/** The mask is drawn on the host: no backend has integer multiplication of 32 by 32 bits as an operation. */
export const philoxDropoutKernel = portableKernel('PhiloxDropout', ({ x }, attrs) => ({
  y: mul(x, tensor(dropoutMask(x.size, attrs), x.shape)),
}));
