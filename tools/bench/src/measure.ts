import type { RemotePeer } from './driver/remote-peer.ts';
import { type Summary, summarise } from './statistics.ts';
import { type Pass, passesOf, type Workload } from './workload.ts';

export type Cell = Summary | { readonly unsupported: string };

export interface Measurement {
  readonly workload: Workload;
  readonly pass: Pass;
  /** By peer */
  readonly cells: ReadonlyMap<string, Cell>;
  /** Milliseconds by program, from the GPU's timestamps, for peers that have them */
  readonly gpuTimes?: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

export interface MeasureOptions {
  /** Number of rounds. A peer whose time is used up skips the remaining rounds. */
  readonly rounds: number;
  /** Milliseconds that one peer may spend on a case and pass, after the warm-up. */
  readonly budget: number;
  /** Whether to ask peers for times from the GPU's timestamps. Default: false */
  readonly gpuTimes?: boolean;
}

/** The duration of one turn of a peer. Short runs are repeated to fill it. */
const TURN_MILLISECONDS = 150;
/**
 * Turns of runs shorter than this begin with one uncounted run: after the other peers' turns, caches are cold and
 * threads asleep.
 */
const UNCOUNTED_BELOW_MILLISECONDS = 100;

/**
 * Times every pass of a workload. The peers take turns, so that a change of the machine's speed affects all of them.
 */
export async function* measure(
  workload: Workload,
  peers: readonly RemotePeer[],
  { rounds, budget, gpuTimes = false }: MeasureOptions,
): AsyncGenerator<Measurement> {
  for (const pass of passesOf(workload)) {
    const cells = new Map<string, Cell>();
    const running: { peer: RemotePeer; runs: number; uncounted: number; rounds: number; times: number[] }[] =
      [];
    for (const peer of peers) {
      const once = await warmUp(peer, workload, pass);
      if (typeof once === 'string') {
        cells.set(peer.name, { unsupported: once });
      } else {
        const runs = Math.max(1, Math.min(200, Math.floor(TURN_MILLISECONDS / once)));
        const affordable = Math.max(1, Math.floor(budget / (once * runs)));
        const uncounted = once < UNCOUNTED_BELOW_MILLISECONDS ? 1 : 0;
        running.push({ peer, runs, uncounted, rounds: Math.min(rounds, affordable), times: [] });
      }
    }
    for (let round = 0; round < rounds; round++) {
      for (const turn of running) {
        if (round >= turn.rounds) continue;
        const reply = await turn.peer.ask({ case: workload.id, pass, runs: turn.runs + turn.uncounted });
        if ('milliseconds' in reply) turn.times.push(...reply.milliseconds.slice(turn.uncounted));
        else if ('error' in reply)
          throw new Error(`bench: ${turn.peer.name} failed in ${workload.id}: ${reply.error}`);
      }
    }
    for (const { peer, times } of running) cells.set(peer.name, summarise(times));
    const measured = running.map(({ peer }) => peer);
    yield {
      workload,
      pass,
      cells,
      ...(gpuTimes && { gpuTimes: await gpuTimesOf(measured, workload, pass) }),
    };
  }
}

async function gpuTimesOf(peers: readonly RemotePeer[], workload: Workload, pass: Pass) {
  const times = new Map<string, Readonly<Record<string, number>>>();
  for (const peer of peers) {
    const reply = await peer.ask({ case: workload.id, pass, gpuTimes: true });
    if ('gpuTimes' in reply && Object.keys(reply.gpuTimes).length > 0) times.set(peer.name, reply.gpuTimes);
  }
  return times;
}

/**
 * Runs until compilers have optimised the code. @returns milliseconds of one warm run, or the reason why there is none
 */
async function warmUp(peer: RemotePeer, workload: Workload, pass: Pass): Promise<number | string> {
  let last = Number.POSITIVE_INFINITY;
  let spent = 0;
  for (let i = 0; i < 20 && spent < 1000; i++) {
    const reply = await peer.ask({ case: workload.id, pass, runs: 1 });
    if ('unsupported' in reply) return reply.unsupported;
    if ('error' in reply) return reply.error;
    if ('milliseconds' in reply) {
      last = Math.min(last, reply.milliseconds[0]!);
      spent += reply.milliseconds[0]!;
    }
  }
  return Math.max(last, 1e-3);
}
