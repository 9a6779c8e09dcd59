export { cpu, cpuMemory } from './cpu.ts';
export type { MemoryStatistics } from './memory.ts';
export type { CpuOptions } from './options.ts';
