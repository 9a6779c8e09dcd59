import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { measureGraphs } from './graphs.ts';
import { type Measurement, measure } from './measure.ts';
import { PeerProcess } from './peer-process.ts';
import { omissions, table, throughput } from './report.ts';
import { workloadById, workloads } from './workloads.ts';

const OURS = 'unroll onnxruntime, 2 threads';

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('expected a whole number of at least 1');
  return value;
}

const list = (text: string): string[] => text.split(',').map((item) => item.trim());

/** How each peer's process is started, by its column's heading. */
function commands(): Record<string, [string, ...string[]]> {
  const program = fileURLToPath(new URL('peers/main.js', import.meta.url));
  const node = (...args: string[]): [string, ...string[]] => [process.execPath, program, ...args];
  const all: Record<string, [string, ...string[]]> = {
    [OURS]: node('unroll-onnxruntime', '2'),
    'unroll onnxruntime, 1 thread': node('unroll-onnxruntime', '1'),
    'unroll cpu, 2 threads': node('unroll-cpu', '2'),
    'unroll cpu, 1 thread': node('unroll-cpu', '1'),
    'tfjs-wasm': node('tfjs-wasm'),
    'jax-js': node('jax-js'),
    'brain.js': node('brain.js'),
  };
  const python = ['python3', '/usr/bin/python3'].find((candidate) => {
    try {
      execFileSync(candidate, ['-c', 'import torch'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  if (python) {
    const script = fileURLToPath(new URL('peers/pytorch.py', import.meta.url));
    for (const threads of ['1', '2']) {
      const heading = `PyTorch, ${threads} thread${threads === '1' ? '' : 's'}`;
      all[heading] = [python, script, threads, JSON.stringify(workloads)];
    }
  }
  return all;
}

interface Options {
  cases?: string[];
  peers?: string[];
  rounds: number;
  budget: number;
  json: string;
  graphs: boolean;
}

async function bench(options: Options): Promise<void> {
  const chosen = options.cases ? options.cases.map(workloadById) : workloads;
  const available = commands();
  const wanted = Object.entries(available).filter(
    ([name]) => !options.peers || options.peers.some((part) => name.includes(part)),
  );
  if (wanted.length === 0) {
    throw new Error(
      `bench: no peer matches ${options.peers}; there are ${Object.keys(available).join('; ')}`,
    );
  }
  const peers = wanted.map(([name, command]) => new PeerProcess(name, command));
  const descriptions: Record<string, string> = {};
  for (const peer of peers) {
    const reply = await peer.ask({ describe: true });
    descriptions[peer.name] =
      'description' in reply ? reply.description : `does not start: ${JSON.stringify(reply)}`;
  }
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    date: new Date().toISOString(),
  };
  console.log(`${machine.processor}, ${machine.cores} cores, Node ${machine.node}, ${machine.date}`);
  for (const [name, description] of Object.entries(descriptions)) console.log(`  ${name}: ${description}`);

  const measurements: Measurement[] = [];
  for (const workload of chosen) {
    console.log(`${workload.id}: ${workload.title}`);
    for await (const measurement of measure(workload, peers, options)) {
      measurements.push(measurement);
      for (const [peer, cell] of measurement.cells) {
        if ('median' in cell) console.log(`  ${measurement.pass}, ${peer}: ${cell.median.toPrecision(3)} ms`);
      }
    }
  }
  for (const peer of peers) peer.stop();

  const names = peers.map((peer) => peer.name);
  console.log(`\nMedian (quartiles) in milliseconds; × is the factor to ${OURS}; – means not possible.\n`);
  console.log(table(measurements, names, OURS));
  for (const line of [...throughput(measurements), ...omissions(measurements)]) console.log(line);

  const graphs = options.graphs ? await measureGraphs((line) => console.log(line)) : undefined;

  mkdirSync(dirname(options.json), { recursive: true });
  const results = measurements.map(({ workload, pass, cells }) => ({
    case: workload.id,
    pass,
    ...Object.fromEntries(cells),
  }));
  writeFileSync(
    options.json,
    `${JSON.stringify({ machine, peers: descriptions, results, graphs }, null, 2)}\n`,
  );
  console.log(`\nWritten to ${options.json}`);
}

await new Command('bench')
  .description('Times this project beside its peers, interleaved in one run.')
  .option('--cases <ids>', `cases, by comma: ${workloads.map((w) => w.id).join(', ')}`, list)
  .option('--peers <names>', 'peers, by comma; a part of the name suffices', list)
  .option('--rounds <n>', 'rounds among the peers', positiveInteger, 15)
  .option('--budget <ms>', 'milliseconds a peer may spend on one case and pass', positiveInteger, 4000)
  .option('--no-graphs', 'leave out the sizes of ONNX graphs and what sessions cost')
  .option('--json <file>', 'where the results go', 'reports/bench.json')
  .action((options: Options) => bench(options))
  .parseAsync();
