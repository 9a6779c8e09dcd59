/** Counts and sizes of the loaded backend. */
export interface OnnxruntimeStatistics {
  /** The number of graph runs */
  readonly runs: number;
  /** Milliseconds inside ONNX Runtime */
  readonly runMs: number;
  /** The number of sessions that are kept */
  readonly sessions: number;
  readonly sessionsCreated: number;
  readonly sessionsEvicted: number;
  /** The number of runs that found their session */
  readonly sessionHits: number;
  /** Milliseconds spent in building graphs and creating sessions */
  readonly creationMs: number;
  /** The number of operations that are recorded and have not been run */
  readonly pending: number;
  /** Bytes of arrays that are kept for later results */
  readonly bytesPooled: number;
  /** The number of calls that ran on the host, by kernel */
  readonly hostFallbacks: Readonly<Record<string, number>>;
}
