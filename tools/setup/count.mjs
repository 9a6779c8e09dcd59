// Adds up the packages' test reports. Prints a line for each package, then the sum. Fails if a test failed or a report
// is missing.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * @param {string} root
 * @returns {{ name: string, counts: Counts | undefined }[]} the workspace's packages that have tests
 */
export function readReports(root) {
  const groups = ['packages', 'apps', 'tools'].filter((group) => existsSync(join(root, group)));
  const folders = groups.flatMap((group) =>
    readdirSync(join(root, group))
      .sort()
      .map((folder) => `${group}/${folder}`),
  );
  const reports = [];
  for (const name of [...folders, 'examples']) {
    const manifest = join(root, name, 'package.json');
    if (!existsSync(manifest) || !JSON.parse(readFileSync(manifest, 'utf8')).scripts?.test) continue;
    const report = join(root, name, 'reports', 'vitest.json');
    reports.push({ name, counts: existsSync(report) ? counts(report) : undefined });
  }
  return reports;
}

/**
 * @param {string} file
 * @returns {Counts}
 */
function counts(file) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  // A file that could not be loaded has failed, although no test in it has.
  const brokenFiles = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ { status, assertionResults }) =>
      status === 'failed' && assertionResults.length === 0,
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @param {Counts} counts */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const reports = readReports(fileURLToPath(new URL('../..', import.meta.url)));
  const sum = { passed: 0, failed: 0, skipped: 0 };
  console.log();
  for (const { name, counts } of reports) {
    console.log(`${name}: ${counts ? closingLine(counts) : 'no report: its tests did not run'}`);
    if (counts) {
      sum.passed += counts.passed;
      sum.failed += counts.failed;
      sum.skipped += counts.skipped;
    } else {
      sum.failed++;
    }
  }
  console.log(closingLine(sum));
  process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
}
