import { expect, it } from 'vitest';
import type { Column } from './driver/column.ts';
import { Floor } from './floor/floor.ts';
import type { Cell } from './measure.ts';
import { belowFloor, omissions, type Results, table, throughput } from './report.ts';
import { summarise } from './statistics.ts';
import { workloadById } from './workloads.ts';

const column = (heading: string, threads: number, isComparable = true): Column => ({
  heading,
  threads,
  isComparable,
});
const columns = new Map([
  ['ours 2', column('ours, 2 threads', 2)],
  ['ours 1', column('ours, 1 thread', 1)],
  ['script', column('script, 1 thread', 1)],
  ['torch', column('torch, 2 threads', 2)],
  ['slowed', column('torch, handicapped: serial BLAS, 2 threads', 2, false)],
]);

/** Results of W1 forward with the given milliseconds of each peer's runs */
function results(times: Record<string, number[] | string>, floor = new Floor()): Results {
  const cells = new Map<string, Cell>(
    Object.entries(times).map(([peer, time]) => [
      peer,
      typeof time === 'string' ? { unsupported: time } : summarise(time),
    ]),
  );
  return {
    measurements: [{ workload: workloadById('W1'), pass: 'forward', cells }],
    columns,
    floor,
    references: ['ours 2', 'ours 1'],
  };
}

const times = { 'ours 2': [10], 'ours 1': [20], script: [40], torch: [15], slowed: [30] };

it('gives a one-thread peer two factors: to this project on all threads, and on one', () => {
  const text = table(results(times));
  expect(text).toContain('| 40.0 (40.0–40.0) 4.00× / 2.00× |');
  expect(text).toContain('| 15.0 (15.0–15.0) 1.50× ');
  expect(text).toContain('| 20.0 (20.0–20.0) 2.00× ');
  expect(text).toContain('| 10.0 (10.0–10.0) ');
});

it('gives a handicapped peer no factor', () => {
  const row = table(results(times)).split('\n').at(-1)!;
  expect(row).toMatch(/\| 30\.0 \(30\.0–30\.0\) +\|$/);
});

/** A floor of 100 operations per microsecond on two threads, and half of it on one */
function floorOf(): Floor {
  const floor = new Floor();
  floor.note({ threads: 2, rate: 1e8, by: 'products' });
  floor.note({ threads: 2, rate: 9e7, by: 'slower products' });
  floor.note({ threads: 1, rate: 5e7, by: 'products' });
  return floor;
}

it('has a floor for each number of threads, from the best rate', () => {
  // W1 forward: 402,653,184 operations
  expect(table(results(times, floorOf()))).toMatch(/W1 forward +\| 4\.03 +\| 8\.05 +\|/);
  expect(belowFloor(results(times, floorOf()))).toEqual([]);
});

it('marks a cell below the floor of its threads, including its quartiles', () => {
  const impossible = results({ ...times, 'ours 1': [5], torch: [3, 4, 5, 6] }, floorOf());
  expect(belowFloor(impossible)).toEqual([
    'ours, 1 thread, W1 forward: 5.00 ms is below the floor of 8.05 ms',
    'torch, 2 threads, W1 forward: 3.75 ms is below the floor of 4.03 ms',
  ]);
  expect(table(impossible).match(/BELOW ITS FLOOR/g)).toHaveLength(2);
});

it('gives the reason why a peer has no number, once for all cases', () => {
  const [measurement] = results({ script: 'it cannot do this' }).measurements;
  const measurements = [measurement!, { ...measurement!, workload: workloadById('W2') }];
  expect(omissions({ ...results({}), measurements })).toEqual([
    'script, 1 thread: it cannot do this (W1, W2)',
  ]);
});

it('gives examples per second for training steps only', () => {
  const { measurements } = results({ 'ours 2': [10] });
  const steps = measurements.map((each) => ({
    ...each,
    workload: workloadById('W6'),
    pass: 'step' as const,
  }));
  const all = { ...results({}), measurements: [...measurements, ...steps] };
  expect(throughput(all)).toEqual(['W6, ours, 2 threads: 3200 examples/s']);
});
