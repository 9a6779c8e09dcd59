import type { DataId, KernelBackend, TensorInfo, TypedArray } from '@tensorflow/tfjs-core';
import { currentBackend, currentBackendName } from '../engine/current-backend.ts';
import { homeOf } from '../engine/tensor-data.ts';

/**
 * Optional methods of the backend object that is registered with TensorFlow.js. With them, operations check indices
 * before they use them. If a method is missing or the values are not on the host, the backend's kernels check the
 * indices themselves.
 */
export interface HasValuesAtHand {
  /**
   * A tensor's values if they are on the host now: the call neither waits nor runs anything. Undefined otherwise. The
   * result may be the backend's own array, so the caller must neither keep nor change it.
   */
  hostValues?(dataId: DataId): TypedArray | undefined;
  /**
   * Keeps a check for values that are not on the host. The backend calls the check when a run that needs the values has
   * failed, to get the error message. It also calls the check with the new values when a capture is replayed. A check
   * must depend on nothing but the values.
   */
  checkWhenKnown?(dataId: DataId, check: (values: TypedArray) => void): void;
}

/** TensorFlow.js's own backends whose tensors live on the host. */
const onHost: ReadonlySet<string> = new Set(['cpu', 'wasm', 'tensorflow']);

/** A numeric tensor's values if they can be read without a wait; callers must not keep or change them. */
export function valuesAtHand({ dataId }: TensorInfo): TypedArray | undefined {
  const home: (KernelBackend & HasValuesAtHand) | undefined = homeOf(dataId);
  if (home?.hostValues) return home.hostValues(dataId);
  const isCurrent = home === currentBackend() && onHost.has(currentBackendName());
  return isCurrent ? (home.readSync(dataId) as TypedArray) : undefined;
}

/**
 * Checks a tensor's values now if they are on the host, and returns whether it did. Otherwise the backend keeps the
 * check if it can.
 */
export function checkValues(tensor: TensorInfo, check: (values: TypedArray) => void): boolean {
  const values = valuesAtHand(tensor);
  if (values) check(values);
  else {
    const home: (KernelBackend & HasValuesAtHand) | undefined = homeOf(tensor.dataId);
    home?.checkWhenKnown?.(tensor.dataId, check);
  }
  return values !== undefined;
}
