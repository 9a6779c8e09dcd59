import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { PeerProcess } from './driver/peer-process.ts';
import { type Measurement, measure } from './measure.ts';
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

it('alternates between the peers and summarises their times', async () => {
  const measurements = await all('W1', start('ours', '10'), start('theirs', '40'));
  expect(measurements.map(({ pass }) => pass)).toEqual(['forward', 'forward+backward']);
  expect(measurements[0]!.cells.get('ours')).toMatchObject({ median: 10, runs: 45 });
  expect(measurements[0]!.cells.get('theirs')).toMatchObject({ median: 40, runs: 9 });
});

it('lets a slow peer skip the rounds that its budget does not cover', async () => {
  const [forward] = await all('W1', start('slow', '600'));
  expect(forward!.cells.get('slow')).toMatchObject({ runs: 1 });
});

it('gives the reason why a peer has no number', async () => {
  const [forward] = await all('W1', start('other', 'unsupported'), start('dead', 'dead'));
  expect(forward!.cells.get('other')).toEqual({ unsupported: 'it cannot do this' });
  expect(forward!.cells.get('dead')).toEqual({ unsupported: 'dead: its process ended without an answer' });
});
