import { type KernelFunc, mul, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { PhiloxDropoutAttrs, PhiloxDropoutInputs } from './contract.ts';
import { dropoutMask } from './mask.ts';

/** The mask is drawn on the host: no backend has integer multiplication of 32 by 32 bits as an operation. */
export const philoxDropout: KernelFunc = ({ inputs, attrs }) =>
  tidy(() => {
    const { x } = inputs as PhiloxDropoutInputs as unknown as { x: Tensor };
    return [mul(x, tensor(dropoutMask(x.size, attrs as unknown as PhiloxDropoutAttrs), x.shape))];
  });
