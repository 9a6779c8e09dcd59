import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { bestInstructionSet } from '../pytorch/fairness.ts';

/** The processor's best arithmetic instruction set, as reported by Linux. */
export function processorInstructions(): string {
  try {
    const flags = /^flags.*$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[0].split(/\s+/) ?? [];
    return bestInstructionSet(flags) ?? 'unknown instructions';
  } catch {
    return 'unknown instructions';
  }
}

/** The machine to which the figures apply. */
export interface Machine {
  readonly processor: string;
  readonly instructions: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Load average of the last minute */
  readonly load: number;
  readonly node: string;
  readonly date: string;
}

export const machine = (): Machine => ({
  processor: cpus()[0]?.model ?? 'unknown',
  instructions: processorInstructions(),
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  load: loadavg()[0]!,
  node: process.version,
  date: new Date().toISOString(),
});
