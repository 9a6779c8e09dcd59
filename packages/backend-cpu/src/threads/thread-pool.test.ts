import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { compileKernels, instantiateKernels } from '../wasm.ts';
import { control, stateOf, threadState } from './control.ts';
import { ThreadPool, type ThreadPoolOptions } from './thread-pool.ts';

/**
 * Runs a program in its own Node process, where workers can be killed. The program has the workers as `workers`, in the
 * order of their start. Its output is the result.
 */
async function run(program: string): Promise<{ lines: string[]; code: number }> {
  const prelude = `
    import { Worker } from 'node:worker_threads';
    import { syncBuiltinESMExports } from 'node:module';
    import workerThreads from 'node:worker_threads';
    const workers = [];
    workerThreads.Worker = class extends Worker {
      constructor(...args) { super(...args); workers.push(this); }
    };
    syncBuiltinESMExports();
    const tf = await import('@tensorflow/tfjs-core');
    const { useBackend } = await import('@unroll/backend');
    const { cpu } = await import('@unroll/backend-cpu');
    const ones = (n) => tf.ones([n, n]);
    const message = (code) => { try { code(); return 'no error'; } catch (error) { return error.message; } };
  `;
  const options = { cwd: new URL('../..', import.meta.url) };
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', prelude + program],
      options,
    );
    return { lines: stdout.trim().split('\n'), code: 0 };
  } catch (error) {
    const { stdout, stderr, code } = error as { stdout: string; stderr: string; code: number };
    throw new Error(`exit code ${code}\n${stdout}\n${stderr}`);
  }
}

describe('threads', () => {
  it('do not keep the process alive', async () => {
    const { lines } = await run(`
      await useBackend(cpu({ threads: 3 }));
      console.log(tf.matMul(ones(300), ones(300)).dataSync()[7]);
    `);
    expect(lines).toEqual(['300']);
  });

  it('give the same numbers as one thread, in every run', async () => {
    const { lines } = await run(`
      await useBackend(cpu({ threads: 4 }));
      let wrong = 0;
      for (let i = 0; i < 500; i++) {
        const size = 64 + (i % 60);
        tf.tidy(() => {
          const product = tf.matMul(ones(size), ones(size)).dataSync();
          if (product.some((value) => value !== size)) wrong++;
        });
      }
      console.log(wrong);
    `);
    expect(lines).toEqual(['0']);
  });

  it('that die between operations make the next operation fail with their number and advice', async () => {
    const { lines } = await run(`
      await useBackend(cpu({ threads: 3 }));
      const kept = tf.matMul(ones(300), ones(300));
      await workers[1].terminate();
      console.log(message(() => tf.matMul(ones(300), ones(300))));
      console.log(kept.dataSync()[0]);
      await useBackend(cpu({ threads: 2 }));
      console.log(tf.matMul(ones(300), ones(300)).dataSync()[0]);
    `);
    expect(lines[0]).toMatch(/^unroll-cpu: thread 3 of 3 died .*useBackend\(cpu\(\)\)/);
    expect(lines.slice(1)).toEqual(['300', '300']);
  });

  it('that cannot be started are not used, unless the options require them', async () => {
    const { lines } = await run(`
      workerThreads.Worker = class { constructor() { throw new Error('no workers here'); } };
      syncBuiltinESMExports();
      const { capabilities } = await import('@unroll/backend');
      await useBackend(cpu());
      console.log(capabilities().threads, tf.matMul(ones(300), ones(300)).dataSync()[7]);
      await useBackend(cpu({ threads: 2 })).catch((error) => console.log(error.message.replaceAll('\\n', ' ')));
    `);
    expect(lines[0]).toBe('1 300');
    expect(lines[1]).toMatch(/a thread could not be started: Error: no workers here/);
  });

  it('refuse invalid thread counts', async () => {
    const { lines } = await run(`
      for (const threads of [0, 1.5, 1000, NaN]) console.log(message(() => cpu({ threads })));
    `);
    for (const line of lines)
      expect(line).toMatch(/^cpu: threads is .*; expected a whole number from 1 to 64$/);
  });
});

/** A pool of two threads, and a long job for it: 2,000 products of a row with a 64 × 1,000 matrix. */
async function poolOfTwo(options: ThreadPoolOptions, threadsModule?: WebAssembly.Module) {
  const module = await compileKernels('plain');
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true });
  const pool = new ThreadPool(instantiateKernels(module, memory), module, memory, options);
  await pool.start(1, threadsModule ?? module, memory);
  return { pool, job: () => pool.run('addRowDots', [100_000, 200_000, 64, 1_000_000], 1_000, 10) };
}

/** The error of `job`, which runs often enough that the other thread has surely taken part in one of the runs. */
function errorOf(job: () => void): string {
  try {
    for (let i = 0; i < 20_000; i++) job();
    return 'no error';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('threads that die in the middle of an operation', () => {
  it('end it with an error at once if they can still report it', async () => {
    // A module without kernels: the thread throws as soon as it joins a job.
    const withoutKernels = new WebAssembly.Module(
      // (module (func (export "setThread") (param i32)))
      // biome-ignore format: a section a line
      new Uint8Array([
        0, 97, 115, 109, 1, 0, 0, 0,
        1, 5, 1, 96, 1, 127, 0,
        3, 2, 1, 0,
        7, 13, 1, 9, ...new TextEncoder().encode('setThread'), 0, 0,
        10, 4, 1, 2, 0, 11,
      ]),
    );
    const { pool, job } = await poolOfTwo({ patience: 3_600_000 }, withoutKernels);
    expect(errorOf(job)).toMatch(/^unroll-cpu: thread 2 of 2 died \(it ended in the middle of a kernel\)/);
    expect(job).toThrow('thread 2 of 2 died');
    pool.stop();
  });

  it('end it with an error after a while without progress if they cannot', async () => {
    const { pool, job } = await poolOfTwo({
      patience: 200,
      start: async ({ memory, thread }) => {
        const worker = new Worker(
          `const { parentPort, workerData } = require('node:worker_threads');
           const words = new Int32Array(workerData.buffer);
           const seen = Atomics.load(words, ${control.epoch});
           parentPort.postMessage('ready');
           Atomics.wait(words, ${control.epoch}, seen);
           Atomics.store(words, ${stateOf(thread)}, ${threadState.working});
           process.exit();`,
          { eval: true, workerData: memory },
        );
        await new Promise((resolve) => worker.once('message', resolve));
        return { terminate: () => void worker.terminate() };
      },
    });
    expect(errorOf(job)).toMatch(/^unroll-cpu: thread 2 of 2 died \(it has not moved for 0.2 s/);
    expect(job).toThrow('thread 2 of 2 died');
    pool.stop();
  });
});
