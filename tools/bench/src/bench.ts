import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { comparison } from './comparison.ts';
import { type Candidate, type Column, columnOf, peerName } from './driver/column.ts';
import { type Machine, machine } from './driver/machine.ts';
import type { RemotePeer } from './driver/remote-peer.ts';
import type { StartablePeer } from './driver/startable-peer.ts';
import { Floor, noteNativePeak, noteProducts } from './floor/floor.ts';
import { type Measurement, type MeasureOptions, measure } from './measure.ts';
import { belowFloor, omissions, type Results, table, throughput } from './report.ts';
import type { Workload } from './workload.ts';

export interface BenchOptions extends MeasureOptions {
  readonly cases: readonly Workload[];
  /** Only peers whose name contains one of these take part; undefined for all */
  readonly peers: readonly string[] | undefined;
}

export interface BenchRun extends Results {
  readonly machine: Machine;
  /** The description of each column's peer */
  readonly texts: Readonly<Record<string, string>>;
}

/** Above this load in the last minute, times are unreliable, especially with several threads */
const BUSY = 0.5;

/** Starts the peers, measures the floor and the cases, and prints a table. */
export async function bench(startable: readonly StartablePeer[], options: BenchOptions): Promise<BenchRun> {
  const wanted = startable.filter(
    (each) => !options.peers || options.peers.some((part) => peerName(each).includes(part)),
  );
  if (wanted.length === 0) {
    throw new Error(
      `bench: no peer matches ${options.peers?.join()}; there are ${startable.map(peerName).join('; ')}`,
    );
  }
  const here = machine();
  console.log(
    `${here.processor} (${here.instructions}), ${here.cores} cores, Node ${here.node}, ${here.date}`,
  );
  if (here.load > BUSY) {
    console.error(`\n!!! The machine is busy: its load was ${here.load.toFixed(1)} in the last minute\n`);
  }
  const peers: RemotePeer[] = [];
  const columns = new Map<string, Column>();
  const texts: Record<string, string> = {};
  for (const candidate of wanted) {
    const peer = await candidate.start();
    const { column, text, warnings } = columnOf(candidate, await peer.ask({ describe: true }));
    peers.push(peer);
    columns.set(peer.name, column);
    texts[column.heading] = text;
    console.log(`  ${column.heading}: ${text}`);
    for (const warning of warnings) console.error(`\n!!! ${warning}\n`);
  }
  const floor = await measureFloor(peers, columns);
  const measurements = await measureCases(peers, columns, options);
  for (const peer of peers) await peer.stop();
  // Measure again, because another program may have disturbed the first measurement.
  noteNativePeak(floor, threadCounts(columns));

  const references = referencesOf(wanted);
  const results: Results = { measurements, columns, floor, references };
  print(results);
  return { ...results, machine: here, texts };
}

/** Factors refer to the first backend of this project in the table. */
function referencesOf(candidates: readonly Candidate[]): string[] {
  const ours = candidates.find(({ library }) => library.startsWith('unroll '));
  return candidates.filter(({ library }) => library === ours?.library).map(peerName);
}

const threadCounts = (columns: ReadonlyMap<string, Column>): number[] =>
  [...columns.values()].map(({ threads }) => threads);

async function measureFloor(
  peers: readonly RemotePeer[],
  columns: ReadonlyMap<string, Column>,
): Promise<Floor> {
  const products = new Floor();
  await noteProducts(products, peers, columns);
  const floor = new Floor();
  noteNativePeak(floor, threadCounts(columns));
  for (const found of products.rates) floor.note(found);
  const said = ({ threads, rate, by }: { threads: number; rate: number; by: string }): string =>
    `${(rate / 1e6).toFixed(0)} GFLOP/s on ${threads} thread${threads === 1 ? '' : 's'} (${by})`;
  console.log(`The floor: ${floor.rates.map(said).join('; ')}`);
  console.log(`The best products: ${products.rates.map(said).join('; ')}`);
  return floor;
}

async function measureCases(
  peers: readonly RemotePeer[],
  columns: ReadonlyMap<string, Column>,
  options: BenchOptions,
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const workload of options.cases) {
    console.log(`${workload.id}: ${workload.title}`);
    for await (const measurement of measure(workload, peers, options)) {
      measurements.push(measurement);
      for (const [peer, cell] of measurement.cells) {
        if ('median' in cell) {
          const heading = columns.get(peer)?.heading ?? peer;
          console.log(`  ${measurement.pass}, ${heading}: ${cell.median.toPrecision(3)} ms`);
        }
      }
      for (const [peer, times] of measurement.gpuTimes ?? []) {
        const sorted = Object.entries(times).sort(([, a], [, b]) => b - a);
        const sum = sorted.reduce((total, [, milliseconds]) => total + milliseconds, 0);
        const largest = sorted
          .slice(0, 4)
          .map(([name, milliseconds]) => `${name} ${milliseconds.toPrecision(3)}`);
        console.log(
          `    on the GPU, ${columns.get(peer)?.heading ?? peer}: ${sum.toPrecision(3)} ms; ${largest.join(', ')}`,
        );
      }
    }
  }
  return measurements;
}

function print(results: Results): void {
  console.log(`\n${caption(results)}\n`);
  console.log(table(results));
  for (const line of [...throughput(results), ...omissions(results)]) console.log(line);
  const beside = comparison('PyTorch', results);
  if (beside) console.log(`\n${beside}\n`);
  const impossible = belowFloor(results);
  for (const line of impossible) console.error(`\n!!! ${line}`);
  if (impossible.length > 0) process.exitCode = 1;
}

function caption({ references, columns }: Results): string {
  const [all, one] = references.map((peer) => columns.get(peer)!.heading);
  const factors = all
    ? ` × is the factor to ${all}${one ? `; a peer of one thread has that to ${one} beside it` : ''};`
    : '';
  return `Median (quartiles) in milliseconds;${factors} – means not possible.`;
}

/** Writes the results of a run, and further data, to a file. */
export function writeResults(file: string, { machine, texts, ...results }: BenchRun, more: object): void {
  mkdirSync(dirname(file), { recursive: true });
  const peers = [...results.columns.values()].map(({ heading, ...column }) => ({
    heading,
    ...column,
    text: texts[heading],
  }));
  const cases = results.measurements.map(({ workload, pass, cells, gpuTimes }) => ({
    case: workload.id,
    pass,
    ...Object.fromEntries([...cells].map(([peer, cell]) => [results.columns.get(peer)!.heading, cell])),
    ...(gpuTimes && { gpuTimes: Object.fromEntries(gpuTimes) }),
  }));
  const content = { machine, peers, floor: results.floor.rates, results: cases, ...more };
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
  console.log(`\nWritten to ${file}`);
}
