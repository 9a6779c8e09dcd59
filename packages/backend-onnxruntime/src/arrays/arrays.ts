import { type backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { Value } from '../recording/recorded.ts';
import { BufferPool } from './buffer-pool.ts';
import { joinPairs, splitPairs } from './complex-numbers.ts';
import { type Elements, isNumeric } from './elements.ts';

type BackendValues = backend_util.BackendValues;

/** The arrays behind values: it provides them, and takes them back when nothing needs them any more. */
export class Arrays {
  readonly #pool: BufferPool;

  /** @param maxBytes limit of the bytes of all free arrays together */
  constructor(maxBytes: number) {
    this.#pool = new BufferPool(maxBytes);
  }

  /** Bytes of free arrays */
  get bytes(): number {
    return this.#pool.bytes;
  }

  /**
   * A value with the program's elements. Numbers are copied: they are used later, when the program may have reused
   * its array.
   */
  upload(values: BackendValues, shape: readonly number[], dtype: TensorInfo['dtype']): Value {
    const value = new Value([...shape], dtype);
    if (isNumeric(dtype)) {
      const elements = this.#pool.take(dtype, util.sizeFromShape(value.shape as number[]));
      if (values) elements.set(values as Elements);
      else elements.fill(0);
      value.setElements(elements, true);
    } else if (dtype === 'string') {
      const strings: readonly (string | Uint8Array)[] = Array.isArray(values) ? values : [];
      value.setHostOnly(strings.map((text) => (typeof text === 'string' ? util.encodeString(text) : text)));
    } else {
      value.setHostOnly(splitPairs(values as Float32Array));
    }
    return value;
  }

  /** An array for a run to write a value's elements into; undefined where the value has no numbers. */
  takeFor({ dtype, shape }: Value): Elements | undefined {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return isNumeric(dtype) && size > 0 ? this.#pool.take(dtype, size) : undefined;
  }

  /** Takes back an array that `takeFor` returned. */
  giveBack({ dtype }: Value, elements: Elements): void {
    if (isNumeric(dtype)) this.#pool.give(dtype, elements);
  }

  /** Removes a value's elements. An array of the pool is then free for another value. */
  release(value: Value): void {
    if (value.isPooled && value.elements) this.giveBack(value, value.elements);
    value.clear();
  }

  clear(): void {
    this.#pool.clear();
  }
}

/** A value's elements as tfjs takes them. They are a copy, because the pool's arrays are written again. */
export function contentsOf({ elements, hostOnly }: Value): BackendValues {
  if (elements) return elements.slice();
  if (hostOnly && 'real' in hostOnly) return joinPairs(hostOnly.real, hostOnly.imag);
  return hostOnly as Uint8Array[];
}
