import type { Peer, Prepared, Reply, Request } from './peer.ts';
import { workloadById } from './workloads.ts';

/** Answers the driver's requests, one at a time. The last workload stays prepared. */
export function answerer(peer: Peer): (request: Request) => Promise<Reply> {
  let current: { id: string; prepared: Prepared | string } | undefined;

  const answer = async (request: Request): Promise<Reply> => {
    if ('describe' in request) return { description: peer.describe() };
    if (current?.id !== request.case) {
      if (current && typeof current.prepared !== 'string') current.prepared.dispose?.();
      current = { id: request.case, prepared: await peer.prepare(workloadById(request.case)) };
    }
    const { prepared } = current;
    if (typeof prepared === 'string') return { unsupported: prepared };
    if ('gpuTimes' in request) return { gpuTimes: (await prepared.gpuTimes?.(request.pass)) ?? {} };
    const milliseconds: number[] = [];
    for (let i = 0; i < request.runs; i++) {
      const start = performance.now();
      await prepared.run(request.pass);
      milliseconds.push((performance.now() - start) * (prepared.scale ?? 1));
    }
    return { milliseconds };
  };

  return (request) =>
    answer(request).catch((error: unknown) => ({
      error: error instanceof Error ? error.message : String(error),
    }));
}
