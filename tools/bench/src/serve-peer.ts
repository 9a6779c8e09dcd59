import { createInterface } from 'node:readline';
import { answerer } from './answerer.ts';
import type { Peer, Request } from './peer.ts';

/** Answers the driver's requests until its input ends. */
export async function servePeer(peer: Peer): Promise<void> {
  const answer = answerer(peer);
  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await answer(JSON.parse(line) as Request);
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}
