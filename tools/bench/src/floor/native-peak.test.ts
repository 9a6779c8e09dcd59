import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, expect, it } from 'vitest';
import { nativePeak } from './native-peak.ts';

const path = process.env.PATH;
afterEach(() => {
  process.env.PATH = path;
});

const hasCompiler = (() => {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

it.skipIf(!hasCompiler)('measures the rate in registers, if there is a C compiler', () => {
  expect(nativePeak()!(1)).toBeGreaterThan(1);
});

it('is undefined without a C compiler', () => {
  const empty = mkdtempSync(`${tmpdir()}/no-compiler-`);
  process.env.PATH = empty;
  expect(nativePeak()).toBeUndefined();
  rmSync(empty, { recursive: true });
});
