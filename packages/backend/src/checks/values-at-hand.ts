import { type DataId, engine, type TensorInfo, type TypedArray } from '@tensorflow/tfjs-core';

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
   * Keeps a check of values that are not at hand, for a backend that computes later: where a run fails over them, it calls the
   * check, and what that throws is the error that the program gets. The run has to fail by itself.
   */
  checkWhenKnown?(dataId: DataId, check: (values: TypedArray) => void): void;
}

/** TensorFlow.js's own backends whose tensors live on the host. */
const onHost: ReadonlySet<string> = new Set(['cpu', 'wasm', 'tensorflow']);

/** Checks a numeric tensor's values now, if nothing has to be waited for, or leaves that to the backend. */
export function checkValues(tensor: TensorInfo, check: (values: TypedArray) => void): void {
  const values = valuesAtHand(tensor);
  if (values) {
    check(values);
    return;
  }
  const home = engine().state.tensorInfo.get(tensor.dataId)?.backend as HasValuesAtHand | undefined;
  home?.checkWhenKnown?.(tensor.dataId, check);
}

/** A numeric tensor's values, if nothing has to be waited for; not to be kept or changed. */
export function valuesAtHand({ dataId }: TensorInfo): TypedArray | undefined {
  const { backend, backendName, state } = engine();
  const home = state.tensorInfo.get(dataId)?.backend as (typeof backend & HasValuesAtHand) | undefined;
  if (home?.hostValues) return home.hostValues(dataId);
  return home === backend && onHost.has(backendName) ? (home.readSync(dataId) as TypedArray) : undefined;
}
