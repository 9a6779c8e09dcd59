import type { Traces } from '../runtime/runtime.ts';
import { type ProfiledCall, type ProfileEntry, ProfileSums } from './profile.ts';

/** A session that writes a trace. */
interface ProfiledSession {
  /** The calls that the session's graph was built from */
  readonly calls: readonly ProfiledCall[];
  readonly session: { endProfiling(): void };
  /** The path prefix of the trace; absent where nothing is profiled */
  readonly tracePrefix: string | undefined;
}

/** ONNX Runtime keeps a million events per session and silently drops all others. */
const MOST_EVENTS = 250_000;

/** Reads sessions' traces and sums them up, when a session ends or has written enough. */
export class Profiler {
  readonly #traces: Traces;
  readonly #sums = new ProfileSums();
  readonly #runs = new Map<ProfiledSession, number>();
  /** The number of events of one run, by the graph's key, as far as it is known */
  readonly #eventsOfRun = new Map<string, number>();

  #failure: Error | undefined;

  constructor(traces: Traces) {
    this.#traces = traces;
  }

  /** The path prefix for the trace of a new session. */
  newPrefix(): string {
    return this.#traces.newPrefix();
  }

  /** Counts a run. Returns true where the session has to end so that its trace can be read. */
  isFullAfterRun(key: string, session: ProfiledSession): boolean {
    const runs = (this.#runs.get(session) ?? 0) + 1;
    this.#runs.set(session, runs);
    const events = this.#eventsOfRun.get(key);
    return events === undefined || runs * events >= MOST_EVENTS;
  }

  /** Reads the trace of a session that ends. `take` reports a failure. */
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
      // The run itself has succeeded, so the error is reported with the profile.
      this.#failure ??= error as Error;
    }
  }

  /**
   * The times that were measured since the last call.
   *
   * @throws where a trace could not be read; the next call returns the times of all other traces
   */
  take(): ProfileEntry[] {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
    return this.#sums.take();
  }
}
