import type { BufferPool } from './programs/buffer-pool.ts';
import type { Commands } from './programs/commands.ts';

/** Counts of the backend's work since it was loaded, and of the memory that it holds. */
export interface WebgpuStatistics {
  /** Number of dispatches of compute programs */
  readonly dispatches: number;
  /** Number of dispatches by the names of our own programs; `tfjs` counts all of tfjs-backend-webgpu's */
  readonly dispatchesByProgram: Readonly<Record<string, number>>;
  /** Number of command buffers that were sent to the GPU */
  readonly submissions: number;
  /** Number of tensors whose values were read from the GPU, without copies of variables to the host */
  readonly reads: number;
  /** Number of copies of all variables to the host: see `hostCopyEvery` */
  readonly hostCopies: number;
  /** Number of our own compiled programs */
  readonly programs: number;
  /** Number of buffers in use */
  readonly buffers: number;
  /** Bytes of GPU memory in use */
  readonly bytesInUse: number;
  /** Bytes of GPU memory kept for reuse */
  readonly bytesPooled: number;
}

export function statisticsOf(
  { dispatches, submissions, programs }: Commands,
  pool: BufferPool,
  counts: Pick<WebgpuStatistics, 'reads' | 'hostCopies'>,
): WebgpuStatistics {
  return {
    dispatches: Object.values(dispatches).reduce((sum, count) => sum + count, 0),
    dispatchesByProgram: dispatches,
    submissions,
    ...counts,
    programs,
    buffers: pool.getNumUsedBuffers(),
    bytesInUse: pool.numBytesUsed,
    bytesPooled: pool.freeBytes,
  };
}
