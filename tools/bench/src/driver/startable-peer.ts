import type { Candidate } from './column.ts';
import type { RemotePeer } from './remote-peer.ts';

/** A peer that can be started. */
export interface StartablePeer extends Candidate {
  start(): RemotePeer | Promise<RemotePeer>;
}
