import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { backend_util, DataId, DataStorage, DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { BufferPool } from '../programs/buffer-pool.ts';
import type { KeptCommands, KeptPass } from '../programs/kept-commands.ts';

/** What tfjs-backend-webgpu keeps of a tensor */
export interface TensorData {
  dtype: DataType;
  shape: number[];
  refCount: number;
  /** On the host: not yet uploaded, or read already */
  values: backend_util.BackendValues | null | undefined;
  /** On the GPU */
  resource: GPUBuffer | null | undefined;
  complexTensorInfos?: { real: { dataId: DataId }; imag: { dataId: DataId } };
  /** Ours: the part of the buffer that is this tensor's, in bytes; absent where it is all of it */
  place?: { readonly offset: number; readonly size: number };
  /** Ours: what was uploaded, as long as the buffer holds just that */
  uploaded?: backend_util.BackendValues;
}

/**
 * What tfjs-backend-webgpu 4.22 calls private, and our programs share with its own to be recorded into the same commands. This folder is
 * the only one that reaches there; internals.test.ts pins what is relied on.
 */
export interface Internals {
  device: GPUDevice;
  /** By the programs' `shaderKey` */
  pipelineCache: Record<string, GPUComputePipeline>;
  bufferManager: BufferPool;
  tensorMap: DataStorage<TensorData>;
  /** While pipelines are being made, ours */
  commandEncoder: GPUCommandEncoder | KeptCommands | null;
  computePassEncoder: GPUComputePassEncoder | KeptPass | null;
  /** What a program is bound to for a tensor; called for every tensor of each of tfjs's own programs */
  tensorToBinding(tensor?: Pick<TensorInfo, 'dataId'>): GPUBindingResource | null;
  /** Data in recorded commands: it is disposed of when they are submitted. */
  commandQueueOwnedIds: WeakSet<DataId>;
  /** At some number of them tfjs submits; 0 again when it has. */
  dispatchCountInPass: number;
  /** Uniform buffers that are given back when the recorded commands are submitted */
  uniformPendingDisposal: GPUBuffer[];
  /** What `tf.time` collects; absent where nothing is timed */
  activeTimers: { name: string; query: Promise<number> }[] | null | undefined;
  supportTimestampQuery: boolean;
  querySet: GPUQuerySet | null;
  querySetCount: number;
}

export const internalsOf = (backend: WebGPUBackend): Internals => backend as unknown as Internals;
