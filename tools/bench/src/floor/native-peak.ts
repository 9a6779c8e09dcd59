import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compiles `peak.c`. @returns undefined when there is no C compiler, or it rejects the file */
export function nativePeak(): ((threads: number) => number) | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'unroll-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'peak');
  const source = fileURLToPath(new URL('peak.c', import.meta.url));
  try {
    execFileSync('cc', ['-O3', '-march=native', '-pthread', source, '-o', program], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return (threads) => Number(execFileSync(program, [String(threads)], { encoding: 'utf8', stdio: 'pipe' }));
}
