import type { BuiltGraph } from '../graphs/build-graph.ts';
import type { ProfiledCall } from '../profile/profile.ts';
import type { Session } from '../runtime/runtime.ts';
import type { OnnxruntimeStatistics } from '../statistics.ts';

/** A graph with the session that runs it. */
export interface ReadySession {
  readonly session: Session;
  readonly graph: BuiltGraph;
  /** The calls that the graph was built from, for profiles */
  readonly calls: readonly ProfiledCall[];
  /** The path prefix of this session's trace, while profiling */
  readonly tracePrefix: string | undefined;
}

type SessionStatistics = Pick<
  OnnxruntimeStatistics,
  'sessions' | 'sessionsCreated' | 'sessionsEvicted' | 'sessionHits' | 'creationMs'
>;

/** Sessions by their graph's key. Where there are too many, the least recently used session is evicted. */
export class SessionCache {
  readonly #sessions = new Map<string, ReadySession>();
  readonly #capacity: number;
  readonly #release: (key: string, ready: ReadySession) => Promise<void>;
  #created = 0;
  #evicted = 0;
  #hits = 0;
  #creationMs = 0;

  /** @param release ends a session that is no longer kept */
  constructor(
    capacity: number,
    release: (key: string, ready: ReadySession) => Promise<void> = async (_, { session }) =>
      session.release(),
  ) {
    this.#capacity = capacity;
    this.#release = release;
  }

  get statistics(): SessionStatistics {
    return {
      sessions: this.#sessions.size,
      sessionsCreated: this.#created,
      sessionsEvicted: this.#evicted,
      sessionHits: this.#hits,
      creationMs: this.#creationMs,
    };
  }

  /** The session of a key. It becomes the most recently used. */
  find(key: string): ReadySession | undefined {
    const known = this.#sessions.get(key);
    if (!known) return undefined;
    // A map iterates in the order of insertion, so the most recently used session goes last.
    this.#sessions.delete(key);
    this.#sessions.set(key, known);
    this.#hits++;
    return known;
  }

  async create(key: string, create: () => Promise<ReadySession>): Promise<ReadySession> {
    const start = performance.now();
    const ready = await create();
    this.#creationMs += performance.now() - start;
    this.#created++;
    this.#sessions.set(key, ready);
    if (this.#sessions.size > this.#capacity) {
      this.#evicted++;
      await this.end(this.#sessions.keys().next().value!);
    }
    return ready;
  }

  /** Ends a session. */
  async end(key: string): Promise<void> {
    const ready = this.#sessions.get(key);
    this.#sessions.delete(key);
    if (ready) await this.#release(key, ready);
  }

  async endAll(): Promise<void> {
    for (const key of [...this.#sessions.keys()]) await this.end(key);
  }
}
