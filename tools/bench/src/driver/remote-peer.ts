import type { Reply, Request } from '../peer.ts';

/** The driver's view of a peer, which runs in its own process or page. */
export interface RemotePeer {
  /** The column's heading, after the peer has described itself */
  readonly name: string;
  ask(request: Request): Promise<Reply>;
  stop(): void | Promise<void>;
}
