import type { DataId, KernelBackend, TensorInfo, TypedArray } from '@tensorflow/tfjs-core';
import { currentBackend, currentBackendName } from '../engine/current-backend.ts';
import { homeOf } from '../engine/tensor-data.ts';

/**
 * What the object that a backend registers with TensorFlow.js may have beside tfjs's own methods. With it, operations can
 * check indices before they use them; where it is missing, or has nothing at hand, the backend's kernels check by themselves.
 */
export interface HasValuesAtHand {
  /**
   * A tensor's values where they are on the host now, without a wait and without running anything; undefined where not. They
   * may be the backend's own array: whoever asks neither keeps nor changes them.
   */
  hostValues?(dataId: DataId): TypedArray | undefined;
  /**
   * Keeps a check of values that are not at hand: the backend calls it when a run that needs them has failed, for the error's
   * words, and with the values that stand in their place when a capture is replayed. A check depends on nothing but the values.
   */
  checkWhenKnown?(dataId: DataId, check: (values: TypedArray) => void): void;
}

/** TensorFlow.js's own backends whose tensors live on the host. */
const onHost: ReadonlySet<string> = new Set(['cpu', 'wasm', 'tensorflow']);

/** A numeric tensor's values, if nothing has to be waited for; not to be kept or changed. */
export function valuesAtHand({ dataId }: TensorInfo): TypedArray | undefined {
  const home: (KernelBackend & HasValuesAtHand) | undefined = homeOf(dataId);
  if (home?.hostValues) return home.hostValues(dataId);
  const isCurrent = home === currentBackend() && onHost.has(currentBackendName());
  return isCurrent ? (home.readSync(dataId) as TypedArray) : undefined;
}

/** Checks a tensor's values now if they are at hand, and returns whether they are; else its backend keeps the check, if it can. */
export function checkValues(tensor: TensorInfo, check: (values: TypedArray) => void): boolean {
  const values = valuesAtHand(tensor);
  if (values) check(values);
  else {
    const home: (KernelBackend & HasValuesAtHand) | undefined = homeOf(tensor.dataId);
    home?.checkWhenKnown?.(tensor.dataId, check);
  }
  return values !== undefined;
}
