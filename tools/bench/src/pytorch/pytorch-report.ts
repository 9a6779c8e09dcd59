/** The PyTorch peer's report of its environment (`peers/pytorch_report.py`). */
export interface PyTorchReport {
  readonly version: string;
  /** `torch.get_num_threads()` */
  readonly threads: number;
  /** How PyTorch itself shares work among threads, by its own report */
  readonly parallelBackend: string;
  /** The instruction set of PyTorch's own loops, by its own report */
  readonly capability: string;
  /** The relevant flags: sse4_2, avx, avx2, avx512f; empty when they could not be read */
  readonly processorFlags: readonly string[];
  readonly blas: string;
  readonly threading: 'serial' | 'pthread' | 'openmp' | 'unknown';
  /** The processor for which OpenBLAS computes; null for another library */
  readonly coreType: string | null;
}
