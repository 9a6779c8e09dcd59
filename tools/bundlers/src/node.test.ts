import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { Report } from './programs/train.ts';

const program = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));

const run = (...args: string[]) =>
  JSON.parse(
    execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as unknown;

const trainSource = (backend: string, answer: string) =>
  `import { train } from ${JSON.stringify(program('train.ts'))}; const report = await train('${backend}'); ${answer}`;

/** Checks the report, which must be the same on every host. */
function expectTrained(report: Report, backend: string): void {
  expect(report.backend).toContain(backend);
  expect(report.oneEngine).toBe(true);
  expect(report.derivative).toBeCloseTo(12, 4);
  expect(report.losses[0]).toBeGreaterThan(0.4);
  expect(report.losses.at(-1)).toBeLessThan(0.1);
}

describe('in plain Node', () => {
  it('the contract imported first provides tfjs-core’s gradients on the only engine', () => {
    const { derivative, second, oneEngine } = run(program('imported-first.mjs')) as Record<string, unknown>;
    expect(derivative).toBeCloseTo(Math.tanh(0.5) + 0.5 * (1 - Math.tanh(0.5) ** 2), 5);
    expect(second).toBeCloseTo(12, 4);
    expect(oneEngine).toBe(true);
  });

  describe.each(['cpu', 'onnxruntime'])('on %s', (backend) => {
    it('a model trains, and the process ends by itself', () => {
      const source = trainSource(backend, 'console.log(JSON.stringify(report));');
      expectTrained(run('--input-type=module', '--eval', source) as Report, backend);
    });

    it('a model trains in a worker thread', async () => {
      const source = trainSource(
        backend,
        "(await import('node:worker_threads')).parentPort.postMessage(report);",
      );
      const worker = new Worker(
        new URL(`data:text/javascript,${encodeURIComponent(source.replace('"/', '"file:///'))}`),
        { execArgv: [] },
      );
      const report = await new Promise<Report>((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
      await worker.terminate();
      expectTrained(report, backend);
    });
  });
});
