import { ARGUMENTS, control, stateOf, threadState } from './control.ts';

/** The start data of a thread. Module and memory are shared by structured cloning. */
export interface ThreadInit {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly kernelNames: readonly string[];
  /** The number of the thread, from 0 */
  readonly thread: number;
}

/** Busy polls before a thread sleeps, about 50 µs: the kernels of a training step follow each other closely. */
const SPINS = 20_000;

/**
 * The program of a thread as the source of a function `(init, ready) => never`. A worker needs a file or a string, and
 * a string works in every runtime and bundler. The program waits for a job, takes pieces of it until none is left, and
 * waits again.
 */
export function threadProgram(): string {
  const { epoch, open, next, items, grain, kernel, argumentCount, heartbeat } = control;
  const { idle, working, dead } = threadState;
  return `(init, ready) => {
    const { exports } = new WebAssembly.Instance(init.module, { env: { memory: init.memory } });
    exports.setThread(init.thread + 1);
    const kernels = init.kernelNames.map((name) => exports[name]);
    const words = new Int32Array(init.memory.buffer, 0, ${ARGUMENTS / 4});
    const numbers = new Float64Array(init.memory.buffer, ${ARGUMENTS});
    const state = ${stateOf(0)} + init.thread * ${control.statesApart};
    let seen = Atomics.load(words, ${epoch});
    ready();
    for (;;) {
      let now = seen;
      for (let spin = 0; now === seen && spin < ${SPINS}; spin++) now = Atomics.load(words, ${epoch});
      if (now === seen) {
        Atomics.wait(words, ${epoch}, seen);
        continue;
      }
      seen = now;
      Atomics.store(words, state, ${working});
      try {
        if (Atomics.load(words, ${open}) === 1) {
          const kernel = kernels[words[${kernel}]];
          const items = words[${items}];
          const grain = words[${grain}];
          const args = Array.from(numbers.subarray(0, words[${argumentCount}]));
          for (;;) {
            const begin = Atomics.add(words, ${next}, grain);
            if (begin >= items) break;
            kernel(...args, begin, Math.min(begin + grain, items));
            Atomics.add(words, ${heartbeat}, 1);
          }
        }
      } catch (error) {
        Atomics.store(words, state, ${dead});
        Atomics.notify(words, state);
        throw error;
      }
      Atomics.store(words, state, ${idle});
      Atomics.notify(words, state);
    }
  }`;
}
