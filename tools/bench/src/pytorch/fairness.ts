import type { PyTorchReport } from './pytorch-report.ts';

/** A cause outside of a peer that slows it down, and the remedy. */
export interface Handicap {
  readonly why: string;
  readonly mend: string;
}

/** In ascending order, each with the processor's flag for it */
const instructionSets = [
  { name: 'SSE', flag: 'sse4_2' },
  { name: 'AVX', flag: 'avx' },
  { name: 'AVX2', flag: 'avx2' },
  { name: 'AVX-512', flag: 'avx512f' },
] as const;
type InstructionSet = (typeof instructionSets)[number]['name'];

/** The instruction set of OpenBLAS by the processor for which it computes. It has no kernels for AMD beyond AVX2. */
const ofCoreType: Readonly<Record<string, InstructionSet>> = {
  Prescott: 'SSE',
  Core2: 'SSE',
  Penryn: 'SSE',
  Dunnington: 'SSE',
  Nehalem: 'SSE',
  Atom: 'SSE',
  Opteron: 'SSE',
  Barcelona: 'SSE',
  Bobcat: 'SSE',
  Sandybridge: 'AVX',
  Bulldozer: 'AVX',
  Piledriver: 'AVX',
  Steamroller: 'AVX',
  Excavator: 'AVX',
  Haswell: 'AVX2',
  Zen: 'AVX2',
  SkylakeX: 'AVX-512',
  Cooperlake: 'AVX-512',
  SapphireRapids: 'AVX-512',
};

const rank = (name: InstructionSet): number => instructionSets.findIndex((set) => set.name === name);

/** The processor's best instruction set; undefined when its flags are unknown. */
export const bestInstructionSet = (flags: readonly string[]): InstructionSet | undefined =>
  instructionSets.findLast(({ flag }) => flags.includes(flag))?.name;

/** The instruction set that OpenBLAS uses; undefined for another library or an unknown core type. */
export const usedInstructionSet = (coreType: string | null): InstructionSet | undefined =>
  coreType === null ? undefined : ofCoreType[coreType];

const anotherOpenblas =
  'apt-get install libopenblas0-openmp; then select it: ' +
  'update-alternatives --set libopenblas.so.0-x86_64-linux-gnu /usr/lib/x86_64-linux-gnu/openblas-openmp/libopenblas.so.0, ' +
  'and libblas.so.3-x86_64-linux-gnu and liblapack.so.3-x86_64-linux-gnu likewise';

/**
 * The handicaps of a PyTorch.
 *
 * @param threads the requested number of threads
 */
export function handicapsOf(report: PyTorchReport, threads: number): Handicap[] {
  const { blas, threading, parallelBackend, coreType, processorFlags } = report;
  const handicaps: Handicap[] = [];
  if (!/OpenBLAS|MKL/.test(blas)) {
    handicaps.push({ why: `no fast BLAS (${blas})`, mend: anotherOpenblas });
  } else if (threading === 'serial') {
    handicaps.push({ why: 'serial BLAS', mend: anotherOpenblas });
  } else if (threading === 'pthread' && parallelBackend === 'OpenMP') {
    handicaps.push({ why: "OpenBLAS's threads fight OpenMP's", mend: anotherOpenblas });
  }
  const used = usedInstructionSet(coreType);
  const best = bestInstructionSet(processorFlags);
  if (used && best && rank(used) < rank(best)) {
    handicaps.push({
      why: `BLAS held to ${used}`,
      mend:
        `the processor has ${best}, and OpenBLAS computes for ${coreType}: unset OPENBLAS_CORETYPE where it is set for ` +
        'the process, or install an OpenBLAS that knows the processor',
    });
  }
  if (report.threads !== threads) {
    handicaps.push({
      why: `${report.threads} of ${threads} threads`,
      mend: 'torch.set_num_threads had no effect; see torch.__config__.parallel_info()',
    });
  }
  return handicaps;
}
