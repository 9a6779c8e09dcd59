import { checkOptions, kind } from '@unroll/backend/checks';

export interface WebgpuOptions {
  /** The adapter to prefer if there are several. Default: 'high-performance' */
  powerPreference?: 'low-power' | 'high-performance' | undefined;
  /** Uses a software adapter if the system has one; for tests. Default: false */
  forceFallbackAdapter?: boolean | undefined;
  /**
   * The program's own device instead of a new one. Its `maxStorageBuffersPerShaderStage` must be at least 9. The
   * backend does not destroy it. Default: a new device
   */
  device?: GPUDevice | undefined;
  /**
   * The form of the recurrent kernels. `'loop'` processes a few rows of the batch through all steps in one dispatch.
   * `'step'` is one dispatch per step on the whole GPU. Default: the faster one, by measurements made once when the
   * backend is loaded
   */
  recurrentKernel?: RecurrentKernel | undefined;
  /**
   * Largest duration of one dispatch of the loop kernel in milliseconds. Longer sequences are cut into several
   * dispatches, so that no watchdog ends them. ∞ never cuts. Default: 50
   */
  maxDispatchMs?: number | undefined;
  /** Bytes of GPU memory for tensors. Default: the GPU's memory */
  maxMemory?: number | undefined;
  /** Bytes of freed buffers that are kept for reuse. Default: 256 MiB */
  maxPooledBytes?: number | undefined;
  /**
   * Number of training steps after which the values of all variables are copied to the host. After a loss of the
   * device, `useBackend` continues from this copy. 0: never. Default: 100
   */
  hostCopyEvery?: number | undefined;
  /**
   * Node only: flags for Dawn, for example `['backend=vulkan', 'adapter=NVIDIA']`; the flags of the first call stay in
   * effect. Default: none
   */
  dawnFlags?: readonly string[] | undefined;
}

export type RecurrentKernel = 'loop' | 'step';

export const DEFAULTS = { maxDispatchMs: 50, maxPooledBytes: 256 * 2 ** 20, hostCopyEvery: 100 } as const;

const bytes = { ...kind.atLeast(0), expected: 'a number of bytes' };

const device: kind.Kind = {
  expected: 'a GPUDevice',
  fits: (value) => typeof (value as Partial<GPUDevice> | null)?.createBuffer === 'function',
};

const kinds = {
  powerPreference: kind.choice('low-power', 'high-performance'),
  forceFallbackAdapter: kind.flag,
  device,
  recurrentKernel: kind.choice('loop', 'step'),
  maxDispatchMs: kind.above(0),
  maxMemory: bytes,
  maxPooledBytes: bytes,
  hostCopyEvery: kind.whole(0),
  dawnFlags: kind.listOf(kind.text),
};

/** @throws if an option is unknown, of the wrong kind or out of its range */
export const checkedOptions = (given: WebgpuOptions): WebgpuOptions => checkOptions('webgpu', given, kinds);
