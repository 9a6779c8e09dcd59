import {
  type backend_util,
  type DataId,
  type DataType,
  type KernelBackend,
  type TensorInfo,
  util,
  type Variable,
} from '@tensorflow/tfjs-core';
import { tensorOf } from '@unroll/backend/engine';
import { type BufferPool, STORAGE_USAGE } from './programs/buffer-pool.ts';
import type { Commands } from './programs/commands.ts';
import type { Internals, TensorData } from './tfjs/internals.ts';

type Values = backend_util.BackendValues;

/** Uploads of up to this many bytes are also kept on the host */
const MOST_KEPT = 2 ** 24;

/** The parts of the backend that create tensors */
export interface MemoryHost extends Internals, KernelBackend {
  readonly queue: GPUQueue;
  makeTensorInfo(shape: number[], dtype: DataType): TensorInfo;
}

/** A saved value of a variable */
export interface KeptValue {
  /** Assigns the saved value to the variable again. */
  restore(): void;
  forget(): void;
}

/** Manages the place of tensors' values: on the host, in a buffer, or in a part of a buffer. */
export class TensorMemory {
  readonly #host: MemoryHost;
  readonly #pool: BufferPool;
  readonly #commands: Commands;

  constructor(host: MemoryHost, pool: BufferPool, commands: Commands) {
    this.#host = host;
    this.#pool = pool;
    this.#commands = commands;
    // tfjs's own programs would bind whole buffers.
    const whole = host.tensorToBinding.bind(host);
    host.tensorToBinding = (tensor) => {
      const { resource, place } = tensor ? this.data(tensor.dataId) : {};
      return place ? { buffer: resource!, ...place } : whole(tensor);
    };
  }

  /** Undefined if the data is gone or belongs to another backend */
  find(dataId: DataId): TensorData | undefined {
    return this.#host.tensorMap.has(dataId) ? this.data(dataId) : undefined;
  }

  data(dataId: DataId): TensorData {
    return this.#host.tensorMap.get(dataId);
  }

  /** A tensor's values if they are on the host */
  valuesOnHost(dataId: DataId): Values | undefined {
    const { values, uploaded } = this.data(dataId);
    return values ?? uploaded;
  }

  /** Whether the data came from the host and no program has written to it */
  isFromHost(dataId: DataId): boolean {
    const { uploaded, values, resource } = this.data(dataId);
    return uploaded !== undefined || (!!values && !resource);
  }

  /** A new tensor with its own buffer */
  allocate(shape: number[], dtype: DataType): TensorInfo {
    const info = this.#host.makeTensorInfo(shape, dtype);
    if (util.sizeFromShape(shape) > 0) this.upload(info.dataId);
    else this.data(info.dataId).values = util.getTypedArrayFromDType(dtype as 'float32', 0);
    return info;
  }

  /** Allocates a buffer for data that has none. Unlike tfjs's version, it does not end the compute pass. */
  upload(dataId: DataId): void {
    const data = this.data(dataId);
    if (data.resource) return;
    const size = 4 * util.sizeFromShape(data.shape);
    const buffer = this.#pool.acquireBuffer(Math.max(size, 4), STORAGE_USAGE);
    if (data.values && size > 0) {
      this.#host.queue.writeBuffer(buffer, 0, wordsOf(data.dtype, data.values));
      // Copies, because the program may write into its array.
      if (size <= MOST_KEPT) data.uploaded = (data.values as Float32Array).slice();
      data.values = null;
    }
    data.resource = buffer;
  }

  /** Copies data that is part of a buffer into its own buffer; undefined if the data is not part of one. */
  copyOfPart(dataId: DataId): TensorInfo | undefined {
    const { resource, place, shape, dtype } = this.data(dataId);
    if (!resource || !place) return undefined;
    const copy = this.allocate(shape, dtype);
    this.#commands.copy({ dataId, shape, dtype }, copy);
    return copy;
  }

  keepValue(variable: Variable): KeptValue {
    const { values, uploaded, resource, place } = this.data(variable.dataId);
    const { shape, dtype } = variable;
    if (resource) this.#pool.shareBuffer(resource);
    return {
      restore: () => {
        const { dataId } = this.#host.makeTensorInfo(shape, dtype);
        const kept = { values, resource, ...(uploaded && { uploaded }), ...(place && { place }) };
        Object.assign(this.data(dataId), kept);
        const tensor = tensorOf(dataId, shape, dtype, this.#host);
        variable.assign(tensor);
        tensor.dispose();
      },
      forget: () => {
        if (resource) this.#commands.releaseAfterwards(resource);
      },
    };
  }
}

/** Values in the GPU's format: 4 bytes per element for every type. */
function wordsOf(dtype: DataType, values: Values): Float32Array<ArrayBuffer> {
  const wanted = dtype === 'int32' || dtype === 'bool' ? Int32Array : Float32Array;
  return (values instanceof wanted ? values : wanted.from(values as Uint8Array)) as Float32Array<ArrayBuffer>;
}
