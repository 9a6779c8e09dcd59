import type { Reply } from '../peer.ts';
import { bestInstructionSet, handicapsOf, usedInstructionSet } from '../pytorch/fairness.ts';
import type { PyTorchReport } from '../pytorch/pytorch-report.ts';

/** A library to be measured. */
export interface Candidate {
  readonly library: string;
  /** The requested number of threads */
  readonly threads: number;
}

/** A column of the table. */
export interface Column {
  readonly heading: string;
  /** The number of threads that the peer reports */
  readonly threads: number;
  /** Whether the times are representative of the library, so that factors may be computed from them */
  readonly isComparable: boolean;
}

interface Introduction {
  readonly column: Column;
  /** The description of the peer */
  readonly text: string;
  /** Warnings for standard error */
  readonly warnings: readonly string[];
}

export const peerName = ({ library, threads }: Candidate): string => `${library} ${threads}`;

const withThreads = (name: string, threads: number): string =>
  threads === 0 ? `${name}, GPU` : `${name}, ${threads} thread${threads === 1 ? '' : 's'}`;

/** A peer's column, from the peer's description. */
export function columnOf(candidate: Candidate, reply: Reply): Introduction {
  const { library } = candidate;
  if ('pytorch' in reply) return pytorchColumn(candidate, reply.pytorch);
  if ('description' in reply) {
    const { text, threads } = reply.description;
    const column = { heading: withThreads(library, threads), threads, isComparable: true };
    return { column, text, warnings: [] };
  }
  const text = `does not start: ${'error' in reply ? reply.error : JSON.stringify(reply)}`;
  const column = {
    heading: withThreads(library, candidate.threads),
    threads: candidate.threads,
    isComparable: false,
  };
  return { column, text, warnings: [`${column.heading}: ${text}`] };
}

/** PyTorch's column, from its report. When PyTorch is handicapped, the heading says so. */
export function pytorchColumn({ library, threads }: Candidate, report: PyTorchReport): Introduction {
  const handicaps = handicapsOf(report, threads);
  const name =
    handicaps.length === 0
      ? library
      : `${library}, handicapped: ${handicaps.map(({ why }) => why).join(', ')}`;
  const column = {
    heading: withThreads(name, report.threads),
    threads: report.threads,
    isComparable: handicaps.length === 0,
  };
  const mending = handicaps.map(({ why, mend }) => `${column.heading}\n  ${why}: ${mend}`);
  return { column, text: pytorchText(report), warnings: mending };
}

function pytorchText(report: PyTorchReport): string {
  const { version, blas, threading, coreType, parallelBackend, capability, processorFlags } = report;
  const core = coreType ? ` for ${coreType} (${usedInstructionSet(coreType) ?? 'unknown instructions'})` : '';
  return (
    `PyTorch ${version}, ${parallelBackend}, its own loops ${capability}; ${blas}, threads by ${threading}${core}; ` +
    `the processor has ${bestInstructionSet(processorFlags) ?? 'unknown instructions'}`
  );
}
