export { type CpuOptions, cpu, cpuMemory } from './cpu.ts';
export type { MemoryStatistics } from './memory.ts';
