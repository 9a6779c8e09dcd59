import { checkOptions, kind } from '@unroll/backend/checks';

export interface WebgpuOptions {
  /** Which adapter to prefer where there are several. Default: 'high-performance' */
  powerPreference?: 'low-power' | 'high-performance' | undefined;
  /** Takes an adapter in software, if the system has one; for tests. Default: false */
  forceFallbackAdapter?: boolean | undefined;
  /**
   * A device of the program's own, in the place of a new one, with `maxStorageBuffersPerShaderStage` of at least 9; it is not destroyed
   * with the backend. Default: a new one
   */
  device?: GPUDevice | undefined;
  /**
   * The form of the recurrent kernels. `'loop'` takes a few rows of the batch through all steps in one dispatch. `'step'` is a dispatch a
   * step over the whole GPU. Default: the one that takes less time, by measurements made once when the backend is loaded
   */
  recurrentKernel?: RecurrentKernel | undefined;
  /**
   * Milliseconds that a dispatch of the loop kernel should take at most: longer sequences are cut into several dispatches, so that
   * no watchdog ends them. ∞ never cuts. Default: 50
   */
  maxDispatchMs?: number | undefined;
  /** Bytes of GPU memory that tensors may take. Default: what the GPU has */
  maxMemory?: number | undefined;
  /** Bytes of freed buffers that are kept for reuse. Default: 256 MiB */
  maxPooledBytes?: number | undefined;
  /**
   * Training steps after which the values of all variables are copied to the host, from where `useBackend` goes on after the device
   * was lost. 0: never. Default: 100
   */
  hostCopyEvery?: number | undefined;
  /** Node only: flags for Dawn, for example `['backend=vulkan', 'adapter=NVIDIA']`; those of the first call stand. Default: none */
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

/** @throws where an option is unknown, not of its kind or out of its range */
export const checkedOptions = (given: WebgpuOptions): WebgpuOptions => checkOptions('webgpu', given, kinds);
