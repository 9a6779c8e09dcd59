import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Reply, Request } from '../peer.ts';
import type { RemotePeer } from './remote-peer.ts';

/** A peer's process, and a question at a time to it. */
export class PeerProcess implements RemotePeer {
  readonly name: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  /**
   * @param command program and arguments
   * @param env all of its environment variables
   */
  constructor(name: string, [program, ...args]: readonly [string, ...string[]], env = process.env) {
    this.name = name;
    this.#process = spawn(program, args, {
      stdio: ['pipe', 'pipe', process.env.BENCH_DEBUG ? 'inherit' : 'ignore'],
      env,
    }) as ChildProcessByStdio<Writable, Readable, null>;
    // A program that is not there, or that dies, ends the lines: `ask` then says so.
    this.#process.on('error', () => {});
    this.#process.stdin.on('error', () => {});
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async ask(request: Request): Promise<Reply> {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) return { error: `${this.name}: its process ended without an answer` };
      // Libraries print greetings to standard output; an answer is a line of JSON.
      if (value.startsWith('{')) return JSON.parse(value) as Reply;
    }
  }

  stop(): void {
    this.#process.stdin.end();
    this.#process.kill();
  }
}
