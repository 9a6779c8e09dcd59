import { Cast, type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { tfjsKernel } from './cpu-kernel.ts';

type Numbers = Float32Array | Int32Array | Uint8Array;

/**
 * Casts to a type that can represent every value: bool to int32 or float32, int32 to float32. This kernel converts the
 * elements. tfjs-backend-cpu lets input and result share them, because a JavaScript array knows its own type.
 * WebAssembly memory does not, and a kernel would read the integers as floats.
 */
export const cast = tfjsKernel<{ x: TensorInfo }, { dtype: DataType }>(Cast, ({ x }, { dtype }, cpu) => {
  if (x.dtype === dtype || util.hasEncodingLoss(x.dtype, dtype)) return undefined;
  if ((x.dtype !== 'bool' && x.dtype !== 'int32') || (dtype !== 'int32' && dtype !== 'float32'))
    return undefined;
  const y = cpu.output(x.shape, dtype);
  (cpu.data.get(y.info.dataId).values as Numbers).set(cpu.data.get(x.dataId).values as Numbers);
  return y.info;
});
