import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { type Measurement, measure } from './measure.ts';
import { PeerProcess } from './peer-process.ts';
import { omissions, table } from './report.ts';
import { workloadById } from './workloads.ts';

const fake = fileURLToPath(new URL('../test/fake-peer.mjs', import.meta.url));
const peers: PeerProcess[] = [];

function start(name: string, ...args: string[]): PeerProcess {
  const peer = new PeerProcess(name, [process.execPath, fake, ...args]);
  peers.push(peer);
  return peer;
}

afterEach(() => {
  for (const peer of peers.splice(0)) peer.stop();
});

async function all(id: string, ...processes: PeerProcess[]): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for await (const measurement of measure(workloadById(id), processes, { rounds: 3, budget: 1000 })) {
    measurements.push(measurement);
  }
  return measurements;
}

it('takes turns among the peers and reports their medians and factors', async () => {
  const measurements = await all('W1', start('ours', '10'), start('theirs', '40'));
  expect(measurements.map(({ pass }) => pass)).toEqual(['forward', 'forward+backward']);
  expect(measurements[0]!.cells.get('ours')).toMatchObject({ median: 10, runs: 45 });
  expect(measurements[0]!.cells.get('theirs')).toMatchObject({ median: 40, runs: 9 });
  expect(table(measurements, ['ours', 'theirs'], 'ours')).toContain('40.0 (40.0–40.0) 4.00×');
});

it('gives a floor from the rate of the matrix product in the same run', async () => {
  const ours = start('ours', '10');
  const measurements = [...(await all('GEMM', ours)), ...(await all('W1', ours))];
  // W1 forward has a quarter of the product's operations.
  expect(table(measurements, ['ours'], 'ours')).toMatch(/W1 forward +\| 2\.50 /);
});

it('lets a slow peer sit out the rounds that its budget does not cover', async () => {
  const [forward] = await all('W1', start('slow', '600'));
  expect(forward!.cells.get('slow')).toMatchObject({ runs: 1 });
});

it('says why a peer has no number', async () => {
  const measurements = await all(
    'W1',
    start('ours', '10'),
    start('other', 'unsupported'),
    start('dead', 'dead'),
  );
  expect(omissions(measurements)).toEqual([
    'other, W1: it cannot do this',
    'dead, W1: dead: its process ended without an answer',
  ]);
});
