import { posix } from 'node:path';
import { bundledSize } from './bundled-size.ts';
import { importPaths, type Manifest, type Target } from './manifest.ts';
import type { PackedPackage } from './packed-package.ts';
import { BUDGET_FILE, type Budgets, readBudgets, roomFor } from './size-budgets.ts';

export interface SizeRow {
  readonly importPath: string;
  /** Size in bytes, minified and gzipped. */
  readonly gzip: number;
  readonly budget: number | undefined;
  /** The modules in the bundle. */
  readonly modules: readonly string[];
}

/** The bundle size of each import path of a package. */
async function sizesOf(packed: PackedPackage, { platform = 'browser', gzip }: Budgets): Promise<SizeRow[]> {
  const rows: SizeRow[] = [];
  for (const importPath of importPaths(packed.manifest)) {
    rows.push({ importPath, budget: gzip[importPath], ...(await bundledSize(packed, importPath, platform)) });
  }
  return rows;
}

/** The sizes of a package's import paths, and their problems. */
export async function checkSizes(packed: PackedPackage): Promise<{ sizes: SizeRow[]; problems: string[] }> {
  const budgets = await readBudgets(packed.directory);
  try {
    const sizes = await sizesOf(packed, budgets);
    return { sizes, problems: sizeProblems(packed.manifest, budgets, sizes) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const words = `it cannot be bundled (${BUDGET_FILE} says "platform": "node" where a package is not for browsers): ${message}`;
    return { sizes: [], problems: [words] };
  }
}

/** Import paths over their budget or without one, budgets without import paths, and Node's files in browser bundles. */
function sizeProblems(
  manifest: Manifest,
  { platform = 'browser', gzip }: Budgets,
  rows: readonly SizeRow[],
): string[] {
  const known = new Set(rows.map(({ importPath }) => importPath));
  return [
    ...rows.flatMap(budgetProblems),
    ...Object.keys(gzip)
      .filter((importPath) => !known.has(importPath))
      .map(
        (importPath) => `${BUDGET_FILE} has a budget for ${importPath}, which package.json does not export`,
      ),
    ...(platform === 'browser' ? nodeProblems(manifest, rows) : []),
  ];
}

function budgetProblems({ importPath, gzip, budget }: SizeRow): string[] {
  if (budget === undefined)
    return [
      `${importPath} takes ${gzip} bytes and has no budget: write "${importPath}": ${roomFor(gzip)} under "gzip" in ${BUDGET_FILE} beside package.json`,
    ];
  return gzip <= budget
    ? []
    : [
        `${importPath} takes ${gzip} bytes, its budget in ${BUDGET_FILE} is ${budget}: make it smaller, or raise the budget and say why`,
      ];
}

/** When `imports` has one file for Node and another for other platforms, browser bundles must contain the latter. */
function nodeProblems({ name, imports = {} }: Manifest, rows: readonly SizeRow[]): string[] {
  return Object.entries(imports).flatMap(([specifier, target]) => {
    const file = fileForNode(target);
    if (!file) return [];
    const ending = posix.join('node_modules', name, file);
    return rows
      .filter(({ modules }) => modules.some((module) => module.endsWith(ending)))
      .map(
        ({ importPath }) =>
          `${importPath} brings ${file} into browsers: imports['${specifier}'] has no other file for them`,
      );
  });
}

function fileForNode(target: Target): string | undefined {
  if (typeof target !== 'object' || target === null || !('node' in target)) return undefined;
  return typeof target.node === 'string' ? target.node : undefined;
}
