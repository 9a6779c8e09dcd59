import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder that is there until the tests of the file have run. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'unroll-train-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
