import { createInterface } from 'node:readline';
import type { Peer, Prepared, Reply, Request } from './peer.ts';
import { workloadById } from './workloads.ts';

/** Answers the driver's requests, one at a time, until its input ends. */
export async function servePeer(peer: Peer): Promise<void> {
  let current: { id: string; prepared: Prepared | string } | undefined;

  const answer = async (request: Request): Promise<Reply> => {
    if ('describe' in request) return { description: await peer.describe() };
    if (current?.id !== request.case) {
      if (current && typeof current.prepared !== 'string') current.prepared.dispose?.();
      current = { id: request.case, prepared: await peer.prepare(workloadById(request.case)) };
    }
    const { prepared } = current;
    if (typeof prepared === 'string') return { unsupported: prepared };
    const milliseconds: number[] = [];
    for (let i = 0; i < request.runs; i++) {
      const start = performance.now();
      await prepared.run(request.pass);
      milliseconds.push((performance.now() - start) * (prepared.scale ?? 1));
    }
    return { milliseconds };
  };

  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await answer(JSON.parse(line) as Request).catch(
      (error: unknown): Reply => ({ error: error instanceof Error ? error.message : String(error) }),
    );
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}
