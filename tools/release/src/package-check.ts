import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { importProblems } from './import-problems.ts';
import { exportedPaths, readManifest, targetFiles } from './manifest.ts';
import { manifestProblems, targetProblems } from './manifest-problems.ts';
import { checkSizes, type SizeRow } from './package-sizes.ts';
import { type PackedPackage, packPackage } from './packed-package.ts';
import { publintProblems } from './publint-problems.ts';
import { readmeProblems } from './readme-problems.ts';
import { sourceMapProblems } from './source-map-problems.ts';
import { tarballProblems } from './tarball-problems.ts';
import { typesProblems } from './types-problems.ts';

const rules: readonly ((packed: PackedPackage) => string[] | Promise<string[]>)[] = [
  manifestProblems,
  targetProblems,
  tarballProblems,
  importProblems,
  sourceMapProblems,
  readmeProblems,
  publintProblems,
  typesProblems,
];

/** The problems of the built package in this folder, as it would be published. */
export async function packageProblems(directory: string): Promise<string[]> {
  const entry = targetFiles(exportedPaths(await readManifest(directory)).get('.') ?? null);
  if (entry.length > 0 && !entry.some((file) => existsSync(join(directory, file)))) {
    return [`there is no ${entry.join(', ')}, which exports name: build first (pnpm build)`];
  }
  await using packed = await packPackage(directory);
  return (await inspectPackage(packed)).problems;
}

/** The problems of a packed package, and the sizes of its import paths. */
export async function inspectPackage(
  packed: PackedPackage,
): Promise<{ problems: string[]; sizes: SizeRow[] }> {
  const [{ sizes, problems }, ...found] = await Promise.all([
    checkSizes(packed),
    ...rules.map((rule) => rule(packed)),
  ]);
  return { problems: [...found.flat(), ...problems], sizes };
}

if (import.meta.main) {
  const problems = await packageProblems(process.cwd()).catch((error: Error) => [error.message]);
  for (const problem of problems) console.error(problem);
  if (problems.length === 0) console.log('fit to be published');
  process.exitCode = problems.length > 0 ? 1 : 0;
}
