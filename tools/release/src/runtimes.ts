import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from './command.ts';

/** A program in one version, with its name in the tables. */
export interface Runtime {
  readonly name: string;
  readonly version: string;
  /** The command that starts it: a program, and its first arguments. */
  readonly start: readonly [string, ...string[]];
}

/** Installs a version of a package in the cache, if it is missing, and returns the version and its folder. */
async function installed(name: string, range: string, cache: string) {
  const args = ['view', `${name}@${range}`, 'version', '--json'];
  const answer = JSON.parse(await command('npm', args, { cwd: cache })) as string | string[];
  const version = [answer]
    .flat()
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1)!;
  const folder = join(cache, `${name}-${version}`);
  if (!existsSync(folder)) {
    const begun = mkdtempSync(`${folder}-`);
    writeFileSync(join(begun, 'package.json'), '{ "private": true }\n');
    await command('npm', ['install', '--no-audit', '--no-fund', `${name}@${version}`], { cwd: begun });
    if (existsSync(folder)) rmSync(begun, { recursive: true });
    else renameSync(begun, folder); // another check may have been faster
  }
  return { version, folder };
}

/** Node in the newest release of each major version. */
export function nodes(majors: readonly string[], cache: string): Promise<Runtime[]> {
  return atVersions('node', majors, cache, ({ version, folder }) => ({
    name: nodeName(version),
    version,
    start: [join(folder, 'node_modules', 'node', 'bin', 'node')],
  }));
}

/** TypeScript's compiler in the newest release of each range. */
export function compilers(ranges: readonly string[], cache: string): Promise<Runtime[]> {
  return atVersions('typescript', ranges, cache, ({ version, folder }) => ({
    name: compilerName(version),
    version,
    start: [process.execPath, join(folder, 'node_modules', 'typescript', 'bin', 'tsc')],
  }));
}

async function atVersions(
  name: string,
  ranges: readonly string[],
  cache: string,
  runtime: (installed: { version: string; folder: string }) => Runtime,
): Promise<Runtime[]> {
  mkdirSync(cache, { recursive: true });
  const runtimes: Runtime[] = [];
  for (const range of ranges) runtimes.push(runtime(await installed(name, range, cache)));
  return runtimes;
}

/** The Node that runs this program. */
export function thisNode(): Runtime {
  const version = process.versions.node;
  return { name: nodeName(version), version, start: [process.execPath] };
}

/** The TypeScript that builds this workspace. */
export function thisCompiler(): Runtime {
  const { version } = createRequire(import.meta.url)('typescript/package.json') as { version: string };
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  return { name: compilerName(version), version, start: [process.execPath, tsc] };
}

function nodeName(version: string): string {
  return `Node ${version.split('.')[0]}`;
}

function compilerName(version: string): string {
  return `TypeScript ${version.split('.').slice(0, 2).join('.')}`;
}
