import type { Reply, Request } from '../peer.ts';

/** A peer as the driver has it, in a process or a page of its own. */
export interface RemotePeer {
  /** The column's heading, once it has described itself */
  readonly name: string;
  ask(request: Request): Promise<Reply>;
  stop(): void | Promise<void>;
}
