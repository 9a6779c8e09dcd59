import { describe, expect, it } from 'vitest';
import { columnOf } from '../driver/column.ts';
import { handicapsOf } from './fairness.ts';
import type { PyTorchReport } from './pytorch-report.ts';

const fair: PyTorchReport = {
  version: '1.13.1',
  threads: 2,
  parallelBackend: 'OpenMP',
  capability: 'AVX2',
  processorFlags: ['sse4_2', 'avx', 'avx2', 'avx512f'],
  blas: 'OpenBLAS 0.3.21',
  threading: 'openmp',
  coreType: 'Cooperlake',
};
const reasons = (change: Partial<PyTorchReport>) =>
  handicapsOf({ ...fair, ...change }, 2).map(({ why }) => why);

it('finds no handicap in OpenBLAS with OpenMP and the processor’s best instructions', () => {
  expect(reasons({})).toEqual([]);
  expect(reasons({ coreType: 'Haswell', processorFlags: ['sse4_2', 'avx', 'avx2'] })).toEqual([]);
  expect(reasons({ blas: 'MKL', coreType: null })).toEqual([]);
});

it.each<[string, Partial<PyTorchReport>]>([
  ["OpenBLAS's threads fight OpenMP's", { threading: 'pthread' }],
  ['serial BLAS', { threading: 'serial' }],
  ['BLAS held to AVX2', { coreType: 'Haswell' }],
  ['BLAS held to SSE', { coreType: 'Nehalem', processorFlags: ['sse4_2', 'avx', 'avx2'] }],
  [
    'no fast BLAS (/usr/lib/libblas.so.3)',
    { blas: '/usr/lib/libblas.so.3', threading: 'unknown', coreType: null },
  ],
  ['1 of 2 threads', { threads: 1 }],
])('names the handicap: %s', (why, change) => {
  expect(reasons(change)).toEqual([why]);
});

it('does not judge the instruction set when the core type or the processor is unknown', () => {
  expect(reasons({ coreType: 'Neoversen1', processorFlags: [] })).toEqual([]);
  expect(reasons({ coreType: 'SomethingNew' })).toEqual([]);
});

describe('the column', () => {
  it('is called PyTorch without a handicap', () => {
    const { column, warnings } = columnOf({ library: 'PyTorch', threads: 2 }, { pytorch: fair });
    expect(column).toEqual({ heading: 'PyTorch, 2 threads', threads: 2, isComparable: true });
    expect(warnings).toEqual([]);
  });

  it('names a handicap in its heading, has no factors, and the warning tells the remedy', () => {
    const report = { ...fair, coreType: 'Haswell', threading: 'pthread' as const };
    const { column, warnings } = columnOf({ library: 'PyTorch', threads: 2 }, { pytorch: report });
    expect(column.heading).toBe(
      "PyTorch, handicapped: OpenBLAS's threads fight OpenMP's, BLAS held to AVX2, 2 threads",
    );
    expect(column.isComparable).toBe(false);
    expect(warnings.join('\n')).toContain('apt-get install libopenblas0-openmp');
    expect(warnings.join('\n')).toContain('OPENBLAS_CORETYPE');
  });
});
