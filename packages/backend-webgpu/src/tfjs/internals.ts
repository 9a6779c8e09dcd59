import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { backend_util, DataId, DataStorage, DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { BufferPool } from '../programs/buffer-pool.ts';
import type { KeptCommands, KeptPass } from '../programs/kept-commands.ts';

/** tfjs-backend-webgpu's record of a tensor */
export interface TensorData {
  dtype: DataType;
  shape: number[];
  refCount: number;
  /** The values on the host: not uploaded yet, or already read */
  values: backend_util.BackendValues | null | undefined;
  /** The values on the GPU */
  resource: GPUBuffer | null | undefined;
  complexTensorInfos?: { real: { dataId: DataId }; imag: { dataId: DataId } };
  /** Ours: the tensor's part of the buffer, in bytes; absent if it is the whole buffer */
  place?: { readonly offset: number; readonly size: number };
  /** Ours: the uploaded values, as long as the buffer holds exactly these */
  uploaded?: backend_util.BackendValues;
}

/**
 * The private parts of tfjs-backend-webgpu 4.22 that our programs share, so that they are recorded into the same
 * commands as tfjs's own. Only this folder uses these parts. internals.test.ts checks the behaviour that we rely on.
 */
export interface Internals {
  device: GPUDevice;
  /** Pipelines by the programs' `shaderKey` */
  pipelineCache: Record<string, GPUComputePipeline>;
  bufferManager: BufferPool;
  tensorMap: DataStorage<TensorData>;
  /** While pipelines are being created, our `KeptCommands` */
  commandEncoder: GPUCommandEncoder | KeptCommands | null;
  computePassEncoder: GPUComputePassEncoder | KeptPass | null;
  /** The binding of a tensor for a program; called for every tensor of each of tfjs's own programs */
  tensorToBinding(tensor?: Pick<TensorInfo, 'dataId'>): GPUBindingResource | null;
  /** Data used by recorded commands: its disposal waits until they are submitted. */
  commandQueueOwnedIds: WeakSet<DataId>;
  /** At a certain number of dispatches tfjs submits; then it is reset to 0. */
  dispatchCountInPass: number;
  /** Uniform buffers that are released when the recorded commands are submitted */
  uniformPendingDisposal: GPUBuffer[];
  /** The timers of `tf.time`; absent if nothing is timed */
  activeTimers: { name: string; query: Promise<number> }[] | null | undefined;
  supportTimestampQuery: boolean;
  querySet: GPUQuerySet | null;
  querySetCount: number;
}

export const internalsOf = (backend: WebGPUBackend): Internals => backend as unknown as Internals;
