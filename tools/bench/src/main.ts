import { Command, InvalidArgumentError } from 'commander';
import { bench, writeResults } from './bench.ts';
import { nodePeers, webgpuPeers } from './driver/node-peers.ts';
import { besideOthers } from './driver/other-users.ts';
import { measureGraphs } from './graphs.ts';
import { measureProduct } from './product.ts';
import { measurePronunciation } from './pronunciation/measure-pronunciation.ts';
import { measureWorker } from './worker/measure-worker.ts';
import { workloadById, workloads } from './workloads.ts';

function aboveZero(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('expected a number above 0');
}

const wholeAtLeastZero = (text: string): number => (text === '0' ? 0 : positiveInteger(text));

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('expected a whole number of at least 1');
  return value;
}

const list = (text: string): string[] => text.split(',').map((item) => item.trim());

interface Options {
  cases?: string[];
  peers?: string[];
  rounds: number;
  budget: number;
  json?: string;
  graphs: boolean;
  busy: number;
  browser?: true;
  webgpu?: true;
  softwareGpu?: true;
  worker?: true;
  pronunciation?: true;
  seeds: number;
  minutes: number;
}

/** The cases for pages: those whose libraries have threads in pages. */
const BROWSER_CASES = ['W1', 'W3', 'E2E', 'L1'];

/** The cases for a GPU */
const WEBGPU_CASES = ['W1', 'W2', 'W3', 'E2E'];

const print = (line: string): void => console.log(line);

async function inNode({
  cases,
  json = 'reports/bench.json',
  peers,
  graphs,
  busy,
  ...options
}: Options): Promise<void> {
  const chosen = cases ? cases.map(workloadById) : workloads;
  const run = await besideOthers(busy, () => bench(nodePeers(), { ...options, cases: chosen, peers }));
  const product = chosen.some(({ kind }) => kind === 'gemm') ? await measureProduct(print) : undefined;
  writeResults(json, run, { product, graphs: graphs ? await measureGraphs(print) : undefined });
}

async function inBrowser({
  cases = BROWSER_CASES,
  json = 'reports/bench-browser.json',
  peers,
  ...options
}: Options): Promise<void> {
  const { openPages } = await import('./browser/pages.ts');
  const pages = await openPages();
  try {
    const run = await bench(pages.peers, { ...options, cases: cases.map(workloadById), peers });
    writeResults(json, run, { browser: pages.browser });
  } finally {
    await pages.close();
  }
}

/** Runs in Node and then in Chromium, and writes all results to one file. */
async function onWebgpu({
  cases = WEBGPU_CASES,
  json = 'reports/bench-webgpu.json',
  peers,
  softwareGpu,
  ...options
}: Options) {
  const chosen = cases.map(workloadById);
  if (softwareGpu) process.env.VK_DRIVER_FILES ??= '/usr/lib/chromium/vk_swiftshader_icd.json';
  const all = { ...options, cases: chosen, peers, gpuTimes: true };
  const inNodeRun = await bench(webgpuPeers(), all);
  const { openPages } = await import('./browser/pages.ts');
  const pages = await openPages(softwareGpu ? 'software' : 'gpu');
  try {
    const run = await bench(pages.peers, all);
    writeResults(json.replace(/(\.json)?$/, '-chromium.json'), run, { browser: pages.browser });
  } finally {
    await pages.close();
  }
  writeResults(json, inNodeRun, {});
}

const program = new Command('bench')
  .description(
    'Times this project beside its peers, interleaved in one run. The floor is the best rate that anything reaches here ' +
      'with so many threads; the exit code is 1 where a cell is below it. PyTorch is started without variables that would ' +
      'hold it back, and is not called so where something still does.',
  )
  .option('--cases <ids>', `cases, by comma: ${workloads.map((w) => w.id).join(', ')}`, list)
  .option(
    '--peers <names>',
    'peers, by comma; a part of the name suffices: unroll, tfjs-wasm, tfjs-cpu, jax-js, brain.js, PyTorch',
    list,
  )
  .option('--rounds <n>', 'rounds among the peers', positiveInteger, 15)
  .option('--budget <ms>', 'milliseconds a peer may spend on one case and pass', positiveInteger, 4000)
  .option('--no-graphs', 'leave out the sizes of ONNX graphs and what sessions cost')
  .option(
    '--browser',
    `in cross-origin-isolated pages of Chromium, where libraries have their threads; by default ${BROWSER_CASES.join(', ')}`,
  )
  .option(
    '--webgpu',
    `on WebGPU, in Node and then in pages of Chromium, beside this project on the CPU; by default ${WEBGPU_CASES.join(', ')}`,
  )
  .option('--software-gpu', 'with --webgpu: on the SwiftShader that comes with Chromium')
  .option('--busy <n>', 'beside as many other programs that compute all the time', wholeAtLeastZero, 0)
  .option(
    '--json <file>',
    'where the results go; by default reports/bench.json, or reports/bench-browser.json',
  )
  .option(
    '--worker',
    'training E2E in a worker beside the thread that asks for it, and how long that thread is blocked',
  )
  .option(
    '--pronunciation',
    "the recipe pronunciation's short training, beside the same model and batches in PyTorch",
  )
  .option(
    '--seeds <n>',
    'with --pronunciation: trainings of each library; 0 for speed alone',
    wholeAtLeastZero,
    3,
  )
  .option('--minutes <n>', 'with --pronunciation: minutes of each training', aboveZero, 2)
  .action((options: Options) => {
    if (options.pronunciation) return measurePronunciation(print, options);
    if (options.worker) return measureWorker(print, options.rounds);
    if (options.webgpu) return onWebgpu(options);
    return options.browser ? inBrowser(options) : inNode(options);
  });

await program
  .parseAsync()
  .catch((error: unknown) => program.error(error instanceof Error ? error.message : String(error)));
