import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.ts';
import type { TrainingEvent } from './index.ts';

const program = fileURLToPath(new URL('../test/programs/checkpointing-run.ts', import.meta.url));

/** Starts the program, calls back at its events, and resolves with all events and the exit status. */
function live(
  path: string,
  steps: number,
  at: (event: TrainingEvent, child: ChildProcess) => void = () => {},
) {
  const child = spawn(process.execPath, [program, 'cpu', path, String(steps)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const events: TrainingEvent[] = [];
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      const event = JSON.parse(line) as TrainingEvent;
      events.push(event);
      at(event, child);
    }
  });
  return new Promise<{ events: TrainingEvent[]; code: number | null; signal: string | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ events, code, signal }));
  });
}

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s, which a terminal and npm may each send, finishes the step and saves, and the same run then resumes from there',
  async (signal, exitCode) => {
    const path = temporaryFolder(onTestFinished);
    const { events, code } = await live(path, 1e6, ({ type, step }, child) => {
      if (type === 'step' && step >= 20 && step < 23) child.kill(signal);
    });
    const end = events.at(-1)!;
    expect(code).toBe(exitCode);
    expect(end).toMatchObject({ type: 'end', reason: 'interrupted', message: `interrupted by ${signal}` });
    const name = `step-${String(end.step).padStart(8, '0')}`;
    expect(end).toMatchObject({ checkpoint: { name, location: path } });
    const again = await live(path, end.step + 5);
    expect(again.events[0]).toMatchObject({ type: 'start', resumedFrom: name, step: end.step });
    expect(again.events.at(-1)).toMatchObject({ reason: 'steps', step: end.step + 5 });
  },
);

it('a second Ctrl-C, a second later, ends a program that does not end itself', async () => {
  const module = JSON.stringify(new URL('./interrupts.ts', import.meta.url));
  const waits = `const { onInterrupt } = await import(${module}); onInterrupt(() => console.log('told')); setInterval(() => {}, 1000); console.log('up');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', waits], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = () => new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
  expect(await said()).toBe('up\n');
  const told = said();
  child.kill('SIGINT');
  expect(await told).toBe('told\n');
  child.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(child.exitCode).toBeNull();
  const ended = new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal)));
  child.kill('SIGINT');
  expect(await ended).toBe('SIGINT');
});
