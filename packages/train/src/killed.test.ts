import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { timeless } from '../test/timeless.ts';
import type { TrainingEvent } from './index.ts';
import { folder, readCheckpoint } from './index.ts';

/** Number of kills, on both backends together. `pnpm long kills` makes many more. */
const KILLS = Number(process.env.UNROLL_KILLS ?? 5);
const STEPS = 90;

const program = fileURLToPath(new URL('../test/programs/checkpointing-run.ts', import.meta.url));

interface Life {
  readonly events: readonly TrainingEvent[];
  readonly killed: boolean;
  readonly milliseconds: number;
  readonly errors: string;
}

/** Runs the program to its end, or kills it after a time. */
function live(backend: string, path: string, killAfter?: number): Promise<Life> {
  const begin = performance.now();
  const child = spawn(process.execPath, [program, backend, path, String(STEPS)]);
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (_, signal) => {
      clearTimeout(timer);
      // A line that the kill cut short does not count.
      const lines = output.split('\n').slice(0, -1);
      const events = lines.map((line) => JSON.parse(line) as TrainingEvent);
      resolve({ events, killed: signal === 'SIGKILL', milliseconds: performance.now() - begin, errors });
    });
  });
}

/** Kills a run again and again until it finishes, or has been killed often enough. */
async function killUntilDone(
  backend: string,
  path: string,
  budget: number,
  lifetime: number,
): Promise<number> {
  let saved = 0;
  for (let kills = 0; ; kills++) {
    // Most of a process's life is its start: some kills come before the first step, most during training.
    const killAfter = kills < budget ? lifetime * (0.3 + 0.7 * Math.random()) : undefined;
    const { events, killed, errors } = await live(backend, path, killAfter);
    const start = events.find(({ type }) => type === 'start');
    if (start) expect(start.step, errors).toBeGreaterThanOrEqual(saved);
    saved = events.reduce((last, { type, step }) => (type === 'checkpoint' ? step : last), saved);
    expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
    if (killed) continue;
    expect(errors).toBe('');
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'steps', step: STEPS });
    return kills;
  }
}

it(`a run that is killed ${KILLS} times, at any moment, resumes each time and ends with the weights of an undisturbed run`, async () => {
  let kills = 0;
  while (kills < KILLS) {
    for (const backend of ['cpu', 'onnxruntime']) {
      const [alone, killed] = [temporaryFolder(onTestFinished), temporaryFolder(onTestFinished)];
      const { milliseconds, errors } = await live(backend, alone);
      expect(errors).toBe('');
      kills += await killUntilDone(backend, killed, KILLS - kills, milliseconds);
      const name = `step-${String(STEPS).padStart(8, '0')}`;
      const [expected, resumed] = [alone, killed].map((path) => readCheckpoint(folder(path), name));
      expect(timeless(await resumed!)).toEqual(timeless(await expected!));
    }
  }
});
