import type { Traces } from '../runtime/runtime.ts';
import { type ProfiledCall, type ProfileEntry, ProfileSums } from './profile.ts';

/** A session that writes a trace. */
interface ProfiledSession {
  /** The calls that its graph was built from */
  readonly calls: readonly ProfiledCall[];
  readonly session: { endProfiling(): void };
  /** Where it writes; absent where nothing is profiled */
  readonly tracePrefix: string | undefined;
}

/** ONNX Runtime keeps a million events a session and drops the others without a word. */
const MOST_EVENTS = 250_000;

/** Follows sessions' traces, and sums them when a session ends or has written enough. */
export class Profiler {
  readonly #traces: Traces;
  readonly #sums = new ProfileSums();
  readonly #runs = new Map<ProfiledSession, number>();
  /** Events of one run, by the graph's key, as far as they have been seen */
  readonly #eventsOfRun = new Map<string, number>();

  #failure: Error | undefined;

  constructor(traces: Traces) {
    this.#traces = traces;
  }

  /** Where a new session is to write its trace. */
  newPrefix(): string {
    return this.#traces.newPrefix();
  }

  /** Counts a run; true where the session has to end for its trace to be read. */
  isFullAfterRun(key: string, session: ProfiledSession): boolean {
    const runs = (this.#runs.get(session) ?? 0) + 1;
    this.#runs.set(session, runs);
    const events = this.#eventsOfRun.get(key);
    return events === undefined || runs * events >= MOST_EVENTS;
  }

  /** Reads the trace of a session that ends. What goes wrong is told by `take`. */
  async read(key: string, session: ProfiledSession): Promise<void> {
    const { tracePrefix, calls } = session;
    if (tracePrefix === undefined) return;
    const runs = this.#runs.get(session) ?? 0;
    this.#runs.delete(session);
    try {
      session.session.endProfiling();
      const events = await this.#sums.add(calls, this.#traces.take(tracePrefix));
      if (runs > 0) this.#eventsOfRun.set(key, events / runs);
    } catch (error) {
      // The run itself has gone well: whoever asks for the profile is told.
      this.#failure ??= error as Error;
    }
  }

  /**
   * What has been measured since the last call.
   *
   * @throws where a trace could not be read; what the others say comes at the next call
   */
  take(): ProfileEntry[] {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
    return this.#sums.take();
  }
}
