import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-common';
import { type ProfileEntry, summarise } from '../profile/profile.ts';
import { type OwnRun, type RecordedOp, runsAlone } from '../recording/recorded-op.ts';
import type { Recording } from '../recording/recording.ts';
import type { Elements, Value } from '../recording/value.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { OnnxruntimeStatistics } from '../statistics.ts';
import { type BufferPool, isNumeric } from './buffer-pool.ts';
import { creationError, runError } from './errors.ts';
import {
  type BuiltGraph,
  buildGraph,
  FLOATS,
  type GraphPlan,
  type GraphRun,
  INTS,
  packNumbers,
  planGraph,
} from './graph-plan.ts';
import type { Compiled, SessionCache } from './session-cache.ts';

export interface ExecutorOptions {
  readonly runtime: Runtime;
  readonly sessions: SessionCache;
  readonly buffers: BufferPool;
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly profile: boolean;
  /** Told of every graph that is built, before its session is created */
  readonly onGraph: ((graph: BuiltGraph, ops: readonly RecordedOp[]) => void) | undefined;
}

/** Runs what was recorded: one job after the other, each a sequence of graphs and of operations on the host. */
export class Executor {
  readonly #recording: Recording;
  readonly #options: ExecutorOptions;
  #jobs: Promise<unknown> = Promise.resolve();
  #runs = 0;
  #runMs = 0;
  readonly #tensors = new WeakMap<Elements, Tensor>();

  constructor(recording: Recording, options: ExecutorOptions) {
    this.#recording = recording;
    this.#options = options;
  }

  get statistics(): Pick<OnnxruntimeStatistics, 'runs' | 'runMs'> {
    return { runs: this.#runs, runMs: this.#runMs };
  }

  /**
   * Computes everything that was recorded; once something of it has failed, only what the wanted value needs.
   *
   * @throws (rejects) where a run fails; its operations stay recorded then, and no value is lost
   */
  flush(wanted?: Value): Promise<void> {
    return this.enqueue(() => this.#flush(wanted));
  }

  /** Runs a job after those that are under way. */
  enqueue<Result>(job: () => Promise<Result>): Promise<Result> {
    const result = this.#jobs.then(job);
    this.#jobs = result.catch(() => {});
    return result;
  }

  async #flush(wanted: Value | undefined): Promise<void> {
    if (wanted?.isComputed) return;
    const alone = wanted !== undefined && this.#recording.hasSuspects;
    const ops = this.#recording.take(alone ? [wanted] : undefined);
    let done = 0;
    try {
      for (const segment of segments(ops)) {
        const [first] = segment as [RecordedOp];
        if (runsAlone(first)) await this.#runAlone(first);
        else await this.#runGraph(segment);
        done += segment.length;
      }
    } catch (error) {
      const left = ops.slice(done);
      this.#recording.restore(left);
      if (alone || !wanted) throw error;
      // What is wanted may not depend on what failed.
      await this.#flush(wanted);
    }
  }

  /** Releases the sessions, after what is under way. */
  dispose(): void {
    void this.enqueue(async () => {
      for (const { session } of this.#options.sessions.takeAll()) await session.release();
    });
  }

  /** Ends the profile: what it says of all runs so far, and sessions of their own for those that follow. */
  endProfile(): Promise<ProfileEntry[]> {
    return this.enqueue(async () => {
      const { runtime, sessions } = this.#options;
      const traces: { calls: Compiled['calls']; trace: string }[] = [];
      for (const { session, calls, tracePrefix } of sessions.takeAll()) {
        session.endProfiling();
        await session.release();
        if (tracePrefix) traces.push({ calls, trace: await runtime.traces!.take(tracePrefix) });
      }
      return summarise(traces);
    });
  }

  async #runAlone(op: RecordedOp & { how: OwnRun }): Promise<void> {
    await op.how(op);
    this.#recording.finish(op);
  }

  async #runGraph(ops: readonly RecordedOp[]): Promise<void> {
    const plan = planGraph(ops, neededOutside(ops));
    await this.run(plan);
    for (const op of ops) this.#recording.finish(op);
  }

  /**
   * Runs a plan's graph.
   *
   * @param run what the graph takes and returns in this run, where it is not what it was planned with
   */
  async run(plan: GraphPlan, run: GraphRun = { ...plan, numbers: packNumbers(plan) }): Promise<void> {
    const { runtime, sessions, buffers } = this.#options;
    const { session, graph } = await sessions.get(plan.key, () => this.#compile(plan));
    const feeds = this.#feeds(run, graph);
    const arrays = new Map<Value, Elements>();
    const start = performance.now();
    let results: Readonly<Record<string, OnnxValue>>;
    try {
      results = await session.run(feeds, this.#fetches(run, graph, arrays));
    } catch (error) {
      for (const [value, elements] of arrays) giveBack(buffers, value, elements);
      throw runError(error, plan.ops);
    }
    this.#runMs += performance.now() - start;
    this.#runs++;
    run.outputs.forEach((value, i) => {
      value.elements = arrays.get(value) ?? elementsOf(results[graph.outputNames[i]!]!);
      value.pooled = runtime.writesIntoArrays;
    });
  }

  async #compile(plan: GraphPlan): Promise<Compiled> {
    const { runtime, sessionOptions, profile, onGraph } = this.#options;
    const graph = buildGraph(plan);
    onGraph?.(graph, plan.ops);
    const tracePrefix = profile ? runtime.traces?.newPrefix() : undefined;
    const options = tracePrefix
      ? { ...sessionOptions, enableProfiling: true, profileFilePrefix: tracePrefix }
      : sessionOptions;
    const calls = plan.ops.map(({ kernel, layer }) => ({ kernel, layer }));
    try {
      const session = await runtime.createSession(graph.model.bytes, options);
      return { graph, session, calls, tracePrefix };
    } catch (error) {
      throw creationError(error, plan.ops);
    }
  }

  #feeds(
    { inputs, numbers: { ints, floats } }: GraphRun,
    { hasInts, hasFloats }: BuiltGraph,
  ): Record<string, Tensor> {
    const { Tensor } = this.#options.runtime;
    const feeds: Record<string, Tensor> = {};
    inputs.forEach(({ value, shape }, i) => {
      feeds[`i${i}`] = this.#tensorOf(value.elements!, value.dtype, shape);
    });
    if (hasInts) feeds[INTS] = new Tensor('int64', ints, [ints.length]);
    if (hasFloats) feeds[FLOATS] = new Tensor('float32', floats, [floats.length]);
    return feeds;
  }

  /** What results are written into, where the runtime can; else their names alone. Arrays taken for them are put in `arrays`. */
  #fetches(
    { outputs }: GraphRun,
    { outputNames }: BuiltGraph,
    arrays: Map<Value, Elements>,
  ): Record<string, Tensor | null> {
    const { runtime, buffers } = this.#options;
    const fetches: Record<string, Tensor | null> = {};
    outputs.forEach((value, i) => {
      const { dtype, shape } = value;
      const size = shape.reduce((product, axis) => product * axis, 1);
      let array: Elements | undefined;
      if (runtime.writesIntoArrays && isNumeric(dtype) && size > 0) {
        array = buffers.take(dtype, size);
        arrays.set(value, array);
      }
      fetches[outputNames[i]!] = array ? this.#tensorOf(array, dtype, shape) : null;
    });
    return fetches;
  }

  /** An array as ONNX Runtime takes it. Arrays come back run after run, and mostly in one shape. */
  #tensorOf(elements: Elements, dtype: Value['dtype'], shape: readonly number[]): Tensor {
    const known = this.#tensors.get(elements);
    if (known && known.dims.length === shape.length && known.dims.every((size, i) => size === shape[i])) {
      return known;
    }
    const { Tensor } = this.#options.runtime;
    const tensor = new Tensor(dtype as 'float32', elements as Float32Array, shape);
    this.#tensors.set(elements, tensor);
    return tensor;
  }
}

export function giveBack(buffers: BufferPool, { dtype }: Value, elements: Elements): void {
  if (isNumeric(dtype)) buffers.give(dtype, elements);
}

const elementsOf = (result: OnnxValue): Elements => (result as Tensor).data as Elements;

/** What tensors, or operations that come later, still read. */
function neededOutside(ops: readonly RecordedOp[]): (value: Value) => boolean {
  const inside = new Map<Value, number>();
  for (const { operands } of ops) {
    for (const { value } of operands) inside.set(value, (inside.get(value) ?? 0) + 1);
  }
  return (value) => value.refCount > 0 || value.uses > (inside.get(value) ?? 0);
}

/** Operations that one graph holds, and those of the host one by one. */
function* segments(ops: readonly RecordedOp[]): Generator<RecordedOp[]> {
  let segment: RecordedOp[] = [];
  for (const op of ops) {
    if (segment.length > 0 && (op.startsSegment || runsAlone(op))) {
      yield segment;
      segment = [];
    }
    segment.push(op);
    if (runsAlone(op)) {
      yield segment;
      segment = [];
    }
  }
  if (segment.length > 0) yield segment;
}
