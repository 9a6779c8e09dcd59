import type { BufferPool } from './programs/buffer-pool.ts';
import type { Commands } from './programs/commands.ts';

/** What the backend has done since it was loaded, and what it holds. */
export interface WebgpuStatistics {
  /** Dispatches of compute programs */
  readonly dispatches: number;
  /** The same by the names of our own programs; `tfjs` for all of tfjs-backend-webgpu's */
  readonly dispatchesByProgram: Readonly<Record<string, number>>;
  /** Command buffers that the GPU was given */
  readonly submissions: number;
  /** Tensors whose values were read from the GPU; copies of variables to the host are not counted */
  readonly reads: number;
  /** Copies of all variables to the host: see `hostCopyEvery` */
  readonly hostCopies: number;
  /** Programs of ours that are compiled */
  readonly programs: number;
  /** Buffers that are in use */
  readonly buffers: number;
  /** GPU memory in use */
  readonly bytesInUse: number;
  /** GPU memory kept for the next ones */
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
