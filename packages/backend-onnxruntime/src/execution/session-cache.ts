import type { InferenceSession } from 'onnxruntime-common';
import type { BuiltGraph } from './graph-plan.ts';

/** A graph that is ready to run. */
export interface Compiled {
  readonly session: InferenceSession;
  readonly graph: BuiltGraph;
}

export interface SessionStatistics {
  /** Sessions in the cache */
  readonly sessions: number;
  readonly created: number;
  readonly evicted: number;
  /** Runs that found their session */
  readonly hits: number;
  /** Milliseconds spent in building graphs and creating sessions */
  readonly creationMs: number;
}

/** Sessions by their graph's key, the least recently used one evicted where there are too many. */
export class SessionCache {
  readonly #sessions = new Map<string, Compiled>();
  readonly #capacity: number;
  #created = 0;
  #evicted = 0;
  #hits = 0;
  #creationMs = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get statistics(): SessionStatistics {
    return {
      sessions: this.#sessions.size,
      created: this.#created,
      evicted: this.#evicted,
      hits: this.#hits,
      creationMs: this.#creationMs,
    };
  }

  async get(key: string, create: () => Promise<Compiled>): Promise<Compiled> {
    const known = this.#sessions.get(key);
    if (known) {
      // A map iterates in the order of insertion: the last used goes last.
      this.#sessions.delete(key);
      this.#sessions.set(key, known);
      this.#hits++;
      return known;
    }
    const start = performance.now();
    const compiled = await create();
    this.#creationMs += performance.now() - start;
    this.#created++;
    this.#sessions.set(key, compiled);
    if (this.#sessions.size > this.#capacity) {
      const [oldest, { session }] = this.#sessions.entries().next().value!;
      this.#sessions.delete(oldest);
      this.#evicted++;
      await session.release();
    }
    return compiled;
  }

  async clear(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const { session } of sessions) await session.release();
  }

  values(): Iterable<Compiled> {
    return this.#sessions.values();
  }
}
