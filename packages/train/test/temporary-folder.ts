import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder that exists until the tests of the file have run, or, given `onTestFinished`, until the test has run. */
export function temporaryFolder(after: (remove: () => void) => void = afterAll): string {
  const path = mkdtempSync(join(tmpdir(), 'unroll-train-'));
  after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
