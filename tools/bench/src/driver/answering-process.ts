import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A process that answers questions, one at a time, each with a line of JSON. */
export class AnsweringProcess {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  /**
   * @param command program and arguments
   * @param env all of its environment variables
   * @param errors where its standard error goes
   */
  constructor(
    [program, ...args]: readonly [string, ...string[]],
    env: NodeJS.ProcessEnv,
    errors: 'inherit' | 'ignore',
  ) {
    this.#process = spawn(program, args, { stdio: ['pipe', 'pipe', errors], env }) as ChildProcessByStdio<
      Writable,
      Readable,
      null
    >;
    // A program that is missing or dies ends the lines. `ask` then returns undefined.
    this.#process.on('error', () => {});
    this.#process.stdin.on('error', () => {});
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** @returns the answer; undefined when the process ended without one */
  async ask(question: unknown): Promise<unknown> {
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) return undefined;
      // Libraries print greetings to standard output. Only a line of JSON is an answer.
      if (value.startsWith('{')) return JSON.parse(value);
    }
  }

  stop(): void {
    this.#process.stdin.end();
    this.#process.kill();
  }
}
