// pnpm long <name>: runs the long forms of tests whose short forms npm test runs.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(fileURLToPath(import.meta.url), '..', '..', '..');

/** Tests draw no sample of their cases (short-form.ts). */
const allCases = { UNROLL_ALL_CASES: '1' };

/** @type {Record<string, { folder: string, file: string, env: Record<string, string>, says: string }>} */
const runs = {
  checkpoints: {
    folder: 'packages/train',
    file: 'src/checkpoints/mutations.test.ts',
    env: { UNROLL_MUTATIONS: '100000' },
    says: '100,000 damaged checkpoints, read or refused',
  },
  compile: {
    folder: 'packages/backend-onnxruntime',
    file: 'src/compile/random-programs.test.ts',
    env: { UNROLL_PROGRAMS: '2000' },
    says: '2,000 random functions, compiled against plain',
  },
  'cpu-kernels': {
    folder: 'packages/backend-cpu',
    file: 'src/kernels',
    env: allCases,
    says: "backend-cpu's kernels at the end of memory in all widths, and rows in every batch",
  },
  kills: {
    folder: 'packages/train',
    file: 'src/killed.test.ts',
    env: { UNROLL_KILLS: '200' },
    says: 'runs killed 200 times, resumed, and compared with runs left alone',
  },
  parity: {
    folder: 'tools/parity',
    file: 'src',
    env: allCases,
    says: "all of PyTorch's cases on every backend, WebGPU on an adapter in software included",
  },
  pipe: {
    folder: 'apps/recipes',
    file: 'src/pipe.test.ts',
    env: { UNROLL_PIPE_WORDS: '50000', UNROLL_PIPE_MINUTES: '2' },
    says: '50,000 words pronounced through a pipe: words/s, memory',
  },
  safetensors: {
    folder: 'packages/safetensors',
    file: 'src/mutations.test.ts',
    env: { UNROLL_MUTATIONS: '100000' },
    says: '100,000 damaged files, read or refused',
  },
  'safetensors-file': {
    folder: 'packages/safetensors',
    file: 'src/large-file.test.ts',
    env: { UNROLL_FILE_MEGABYTES: '1000' },
    says: 'a file of 1 GB, written and read tensor by tensor',
  },
  steps: {
    folder: 'tools/acceptance',
    file: 'src/training.test.ts',
    env: { UNROLL_STEPS: '10000' },
    says: '10,000 training steps on cpu and onnxruntime: tensors, bytes and resident memory before and after',
  },
  swaps: {
    folder: 'apps/recipes',
    file: 'src/pronunciation/swaps.test.ts',
    env: { UNROLL_SWAP_STEPS: '40' },
    says: "the pronunciation recipe's losses with three swaps of the backend, and without",
  },
  'webgpu-page': {
    folder: 'tools/bundlers',
    file: 'src/webgpu-testkit.test.ts',
    env: allCases,
    says: 'all checks of a backend on WebGPU in a page of Chromium',
  },
  'webgpu-node': {
    folder: 'packages/backend-webgpu',
    file: 'src/testkit',
    env: allCases,
    says: 'all checks of a backend on WebGPU in Node, with both recurrent kernels',
  },
  webgpu: {
    folder: 'packages/backend-webgpu',
    file: 'src/training.test.ts',
    env: { UNROLL_GPU_STEPS: '2000' },
    says: '2,000 training steps on WebGPU: tensors, buffers and bytes before and after',
  },
  tsv: {
    folder: 'packages/data',
    file: 'src/formats/large-tsv.test.ts',
    env: { UNROLL_TSV_MEGABYTES: '2000' },
    says: 'a TSV of 2 GB, read and tokenized: MB/s, tokens/s, memory',
  },
};

const [name = ''] = process.argv.slice(2);
const run = runs[name];
if (!run) {
  const names = Object.entries(runs).map(([known, { says }]) => `  pnpm long ${known.padEnd(18)} ${says}`);
  console.error(`${name ? `long: there is no run '${name}'; there are` : 'There are'}\n${names.join('\n')}`);
  process.exit(2);
}
const { status } = spawnSync('npx', ['vitest', 'run', run.file], {
  cwd: join(root, run.folder),
  stdio: 'inherit',
  env: { ...process.env, ...run.env },
});
process.exit(status ?? 1);
