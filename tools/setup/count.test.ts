import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { closingLine, readReports } from './count.mjs';

function workspace(reports: Record<string, object | undefined>): string {
  const root = mkdtempSync(join(tmpdir(), 'count-'));
  for (const [name, report] of Object.entries(reports)) {
    const folder = join(root, 'packages', name);
    mkdirSync(join(folder, 'reports'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { test: 'vitest run' } }));
    if (report) writeFileSync(join(folder, 'reports', 'vitest.json'), JSON.stringify(report));
  }
  return root;
}

it('reads vitest’s report, and counts a file that could not be loaded as one failure', () => {
  const root = workspace({
    a: { numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numTodoTests: 0, testResults: [] },
    b: {
      numPassedTests: 0,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [{ status: 'failed', assertionResults: [] }],
    },
    c: undefined,
  });
  expect(readReports(root)).toEqual([
    { name: 'packages/a', counts: { passed: 3, failed: 1, skipped: 2 } },
    { name: 'packages/b', counts: { passed: 0, failed: 1, skipped: 0 } },
    { name: 'packages/c', counts: undefined },
  ]);
});

it('ends with the line of counts', () => {
  expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
  expect(closingLine({ passed: 1, failed: 2, skipped: 3 })).toBe('1 passed, 2 failed, 3 skipped');
});
