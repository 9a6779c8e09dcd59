import type { Reply, Request } from '../peer.ts';
import { AnsweringProcess } from './answering-process.ts';
import type { RemotePeer } from './remote-peer.ts';

/** A peer in its own process, which answers one question at a time. */
export class PeerProcess implements RemotePeer {
  readonly name: string;
  readonly #process: AnsweringProcess;

  /**
   * @param command program and arguments
   * @param env all of its environment variables
   */
  constructor(name: string, command: readonly [string, ...string[]], env = process.env) {
    this.name = name;
    this.#process = new AnsweringProcess(command, env, process.env.BENCH_DEBUG ? 'inherit' : 'ignore');
  }

  async ask(request: Request): Promise<Reply> {
    const reply = (await this.#process.ask(request)) as Reply | undefined;
    return reply ?? { error: `${this.name}: its process ended without an answer` };
  }

  stop(): void {
    this.#process.stop();
  }
}
