import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wordsOf } from './pronunciation/corpus.ts';

/** `pnpm long pipe` asks for more words. */
const WORDS = Number(process.env.UNROLL_PIPE_WORDS ?? 600);
const MINUTES = process.env.UNROLL_PIPE_MINUTES ?? '0.06';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recipes-pipe-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The memory of a process in megabytes; undefined when the system does not tell */
function residentMegabytes(pid: number): number | undefined {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status)) return undefined;
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8')) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

it(`answers ${WORDS} words of a pipe in order, in memory that does not grow with their number`, async () => {
  const args = [program, 'pronunciation', '--quiet', '--minutes', MINUTES];
  // Another process trains, so that the memory of training does not count.
  expect(spawnSync(process.execPath, args, { cwd: folder, input: '' }).status).toBe(0);
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const unseen = wordsOf('test');
  const asked = Array.from({ length: WORDS }, (_, i) => unseen[i % unseen.length]!);
  const answered: string[] = [];
  const memory: number[] = [];
  let begin = 0;
  const reading = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      if (answered.length === 0) begin = performance.now();
      answered.push(/^ {2}(\S+): /.exec(line)![1]!);
      if (answered.length % Math.ceil(WORDS / 10) === 0) memory.push(residentMegabytes(child.pid!) ?? 0);
    }
  })();
  for (const word of asked) if (!child.stdin.write(`${word}\n`)) await once(child.stdin, 'drain');
  child.stdin.end();
  await reading;
  expect(await ended).toEqual([0, null]);
  expect(answered).toEqual(asked);
  // The first lines arrive together, so their times are not meaningful.
  const perSecond = (1000 * WORDS) / (performance.now() - begin);
  console.log(
    `${WORDS} words, ${perSecond.toFixed(0)} a second; MB of memory at each tenth: ${memory.map(Math.round).join(' ')}`,
  );
  // V8 collects garbage late, so memory still grows during the first half.
  if (WORDS >= 50_000)
    expect(Math.max(...memory.slice(5))).toBeLessThan(1.15 * Math.max(...memory.slice(0, 5)));
});
