import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const BUDGET_FILE = '.size-limit.json';

/** The file of budgets beside a package.json. It is not published. */
export interface Budgets {
  /** The platform of the package: bundled for browsers by default, or for Node only. */
  readonly platform?: 'browser' | 'node';
  /** The greatest size of each import path in bytes, minified and gzipped. */
  readonly gzip: Readonly<Record<string, number>>;
}

export async function readBudgets(directory: string): Promise<Budgets> {
  const file = join(directory, BUDGET_FILE);
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : { gzip: {} };
}

/** A budget about a tenth above the current size. */
export function roomFor(bytes: number): number {
  return Math.ceil((bytes * 1.1) / 100) * 100;
}
