/** What the loaded backend has done and holds. */
export interface OnnxruntimeStatistics {
  /** Graphs run */
  readonly runs: number;
  /** Milliseconds inside ONNX Runtime */
  readonly runMs: number;
  /** Sessions that are kept */
  readonly sessions: number;
  readonly sessionsCreated: number;
  readonly sessionsEvicted: number;
  /** Runs that found their session */
  readonly sessionHits: number;
  /** Milliseconds spent in building graphs and creating sessions */
  readonly creationMs: number;
  /** Operations that are recorded and have not been run */
  readonly pending: number;
  /** Bytes of arrays that are kept for later results */
  readonly bytesPooled: number;
  /** Calls that ran on the host, by kernel */
  readonly hostFallbacks: Readonly<Record<string, number>>;
}
