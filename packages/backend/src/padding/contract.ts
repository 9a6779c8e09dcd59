import type { NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';

export const ZeroPadding = 'ZeroPadding';

/** Returns x with 0 past each row's end, whatever stood there: NaN too. The gradient is the same kernel applied to `dy`. */
export type ZeroPaddingInputs = NamedTensorInfoMap & {
  /** float32 `[T, N, …]` */
  x: TensorInfo;
  /** int32 `[N]` */
  lengths: TensorInfo;
};
