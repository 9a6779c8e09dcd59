import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const BUDGET_FILE = '.size-limit.json';

/** The file of budgets that lies beside a package.json, and is not published. */
export interface Budgets {
  /** Where the package runs: bundled for browsers, unless it says that it is for Node alone. */
  readonly platform?: 'browser' | 'node';
  /** The bytes that each import path may take, minified and gzipped. */
  readonly gzip: Readonly<Record<string, number>>;
}

export async function readBudgets(directory: string): Promise<Budgets> {
  const file = join(directory, BUDGET_FILE);
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : { gzip: {} };
}

/** About a tenth more than something takes today. */
export function roomFor(bytes: number): number {
  return Math.ceil((bytes * 1.1) / 100) * 100;
}
