import { expect, it } from 'vitest';
import { comparison } from './comparison.ts';
import { Floor } from './floor/floor.ts';
import type { Results } from './report.ts';
import { summarise } from './statistics.ts';
import { workloadById } from './workloads.ts';

const times = { 'unroll a 2': 20, 'unroll a 1': 16, 'unroll b 2': 30, 'PyTorch 2': 8, 'PyTorch 1': 12 };

const results = (isFair: boolean): Results => ({
  measurements: [
    {
      workload: workloadById('W1'),
      pass: 'forward',
      cells: new Map(Object.entries(times).map(([peer, time]) => [peer, summarise([time])])),
    },
  ],
  columns: new Map(
    Object.keys(times).map((peer) => [
      peer,
      { heading: peer, threads: Number(peer.at(-1)), isComparable: isFair || !peer.startsWith('PyTorch') },
    ]),
  ),
  floor: new Floor(),
  references: [],
});

it('compares each library on its better number of threads', () => {
  const row = comparison('PyTorch', results(true)).split('\n').at(-1)!;
  expect(row.split('|').map((cell) => cell.trim())).toEqual([
    '',
    'W1 forward',
    '8.00 (2)',
    '16.0 (1)',
    '30.0 (2)',
    '0.50×',
    '',
  ]);
});

it('leaves out a handicapped library', () => {
  expect(comparison('PyTorch', results(false))).toBe('');
});
