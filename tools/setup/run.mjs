// Runs npm start, pnpm recipe, npm test, and the CI job after them. It is plain JavaScript for Node 20 without
// dependencies, because it installs them.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const pnpm = ['npx', '--yes', packageManager];
const node24 = join(root, 'node_modules', 'node', 'bin', 'node');

/**
 * Runs a program in the workspace to its end.
 *
 * @param {string[]} command program and arguments
 * @param {{ quiet?: boolean }} [options] quiet: show its output only when it fails
 * @returns {Promise<number>} its exit code
 */
function run([program = '', ...args], { quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    /** @type {import('node:child_process').SpawnOptions} */
    const options = {
      cwd: root,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      env: { ...process.env, COREPACK_ENABLE_STRICT: '0', TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    };
    const child = spawn(program, args, options);
    /** @type {Buffer[]} */
    const output = [];
    child.stdout?.on('data', (data) => output.push(data));
    child.stderr?.on('data', (data) => output.push(data));
    // A signal from the terminal reaches the child, too. This process waits for the child's reaction.
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    process.on('SIGINT', forward);
    process.on('SIGTERM', forward);
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGINT', forward);
      process.off('SIGTERM', forward);
      if (quiet && code !== 0) process.stderr.write(Buffer.concat(output));
      resolve(code ?? 1);
    });
  });
}

/** Installs the packages of the lockfile, unless they are already installed. */
async function install() {
  const stamp = join(root, 'node_modules', '.installed');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .update(readFileSync(join(root, 'pnpm-workspace.yaml')))
    .digest('hex');
  if (existsSync(stamp) && existsSync(node24) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Installing packages (once) …');
  const code = await run([...pnpm, 'install', '--frozen-lockfile'], { quiet: true });
  if (code !== 0) process.exit(code);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** @param {string[]} args the recipe's name, and its options */
async function recipe(args) {
  const build = ['exec', 'turbo', 'run', 'build', '--filter=@unroll-apps/recipes'];
  console.error('Building …');
  const code = await run([...pnpm, ...build, '--output-logs=errors-only'], { quiet: true });
  if (code !== 0) return code;
  return run([node24, join(root, 'apps', 'recipes', 'dist', 'main.js'), ...args]);
}

/** @param {string[]} args options of the recipe that npm start runs */
const main = (args) => recipe(['pronunciation', ...args]);

/** @param {string[]} args */
async function check(args) {
  const tasks = ['lint', 'layers', 'knip', 'build', 'types', 'package', 'test'];
  const turbo = [
    'exec',
    'turbo',
    'run',
    ...tasks,
    '--concurrency=2',
    '--continue',
    '--output-logs=new-only',
    ...args,
  ];
  const checks = await run([...pnpm, ...turbo]);
  const changesets = await run([node24, join(root, 'tools', 'release', 'src', 'changeset-check.ts')]);
  const tests = await run([node24, join(root, 'tools', 'setup', 'count.mjs')]);
  return checks || changesets || tests;
}

/** @param {string[]} args */
function release(args) {
  return run([...pnpm, 'release:check', ...args]);
}

const jobs = { main, recipe, check, release };
const [name, ...args] = process.argv.slice(2);
const job = jobs[/** @type {keyof typeof jobs} */ (name)];
if (!job) {
  console.error(`run: there is no job '${name}'; expected one of ${Object.keys(jobs).join(', ')}`);
  process.exit(2);
}
await install();
process.exit(await job(args));
