import { backend_util, type DataId, type KernelBackend } from '@tensorflow/tfjs-core';
import { currentBackend, homeOf, type ListedData } from '@unroll/backend/engine';
import type { DeviceHealth } from './device/device-health.ts';
import type { HostCopies } from './host-copies.ts';
import type { TensorMemory } from './tensor-memory.ts';
import type { TensorData } from './tfjs/internals.ts';
import type { ValueChecks } from './value-checks.ts';

type Values = backend_util.BackendValues;

interface TensorReadsParts {
  readonly data: ListedData<TensorData>;
  readonly memory: TensorMemory;
  readonly checks: ValueChecks;
  readonly copies: HostCopies;
  readonly health: DeviceHealth;
}

/** Brings tensors' values from the GPU to the host, where they stay with the tensor. */
export class TensorReads {
  readonly #backend: KernelBackend;
  readonly #parts: TensorReadsParts;
  /** Reads of single tensors so far */
  count = 0;

  constructor(backend: KernelBackend, parts: TensorReadsParts) {
    this.#backend = backend;
    this.#parts = parts;
  }

  /** @throws (rejects) if the device is lost without a copy of the values, or an earlier command has failed */
  async read(dataId: DataId): Promise<Values> {
    const { memory, checks, copies, health } = this.#parts;
    const { values, complexTensorInfos } = memory.data(dataId);
    if (values) return values;
    if (complexTensorInfos) {
      const { real, imag } = complexTensorInfos;
      const parts = await Promise.all([this.read(real.dataId), this.read(imag.dataId)]);
      return backend_util.mergeRealAndImagArrays(...(parts as [Float32Array, Float32Array]));
    }
    const kept = health.lost ? copies.valuesOf(dataId) : undefined;
    if (kept) return kept;
    if (health.disposed) {
      throw new Error(
        'webgpu: a tensor is read that was made while another backend replaced its own; useBackend takes along the tensors that are there when it is called',
      );
    }
    health.check();
    checks.throwUnheard();
    this.count++;
    const [read] = await checks.read([dataId]);
    this.#keep(dataId, read!);
    return read!;
  }

  /**
   * tfjs-backend-webgpu reads through a canvas, which in some browsers silently gives zeros.
   *
   * @throws if the values are on the GPU only
   */
  readNow(dataId: DataId): Values {
    const known = this.#parts.memory.valuesOnHost(dataId);
    if (known) return known;
    const hint =
      currentBackend() === this.#backend
        ? ''
        : '; useBackend makes tensors readable for the next backend, tf.setBackend does not';
    throw new Error(
      `webgpu: what is on the GPU can only be read asynchronously; write await tensor.data() in the place of tensor.dataSync()${hint}`,
    );
  }

  /** Reads all live tensors whose values are not on the host, in one go. */
  async readAll(): Promise<void> {
    const { data, memory, checks, health } = this.#parts;
    if (health.lost) return;
    const missing = [...data.ids()].filter(
      (dataId) =>
        homeOf(dataId) === this.#backend &&
        !memory.valuesOnHost(dataId) &&
        !memory.data(dataId).complexTensorInfos,
    );
    const read = missing.length > 0 ? await checks.readUnasked(missing) : [];
    missing.forEach((dataId, i) => void this.#keep(dataId, read[i]!));
  }

  #keep(dataId: DataId, values: Values): void {
    const { data, memory } = this.#parts;
    if (data.has(dataId)) memory.data(dataId).values = values;
  }
}
