/** What the PyTorch peer found that it runs on (`peers/pytorch_report.py`). */
export interface PyTorchReport {
  readonly version: string;
  /** `torch.get_num_threads()` */
  readonly threads: number;
  /** How PyTorch itself shares work among threads, as it says */
  readonly parallelBackend: string;
  /** Instructions that PyTorch's own loops use, as it says */
  readonly capability: string;
  /** Of those that matter here: sse4_2, avx, avx2, avx512f; none where they could not be read */
  readonly processorFlags: readonly string[];
  readonly blas: string;
  readonly threading: 'serial' | 'pthread' | 'openmp' | 'unknown';
  /** The processor that OpenBLAS computes for; null of another library */
  readonly coreType: string | null;
}
