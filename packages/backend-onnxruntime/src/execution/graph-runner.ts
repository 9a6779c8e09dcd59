import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-common';
import type { Arrays } from '../arrays/arrays.ts';
import type { Elements } from '../arrays/elements.ts';
import { type BuiltGraph, buildGraph } from '../graphs/build-graph.ts';
import type { GraphPlan, GraphRun } from '../graphs/graph-plan.ts';
import { drawnName, FLOATS, INTS, packNumbers } from '../graphs/numbers.ts';
import type { ProfileEntry } from '../profile/profile.ts';
import type { Profiler } from '../profile/profiler.ts';
import type { RecordedOp, Value } from '../recording/recorded.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { OnnxruntimeStatistics } from '../statistics.ts';
import { creationError, runError } from './errors.ts';
import type { ReadySession, SessionCache } from './session-cache.ts';

interface GraphRunnerOptions {
  readonly runtime: Runtime;
  readonly sessions: SessionCache;
  readonly arrays: Arrays;
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly profiler: Profiler | undefined;
  /** Is called with every built graph, before its session is created */
  readonly onGraph: ((graph: BuiltGraph, ops: readonly RecordedOp[]) => void) | undefined;
}

/** Runs planned graphs. Each runs in the session for its key, or in a new one. */
export class GraphRunner {
  readonly #options: GraphRunnerOptions;
  readonly #tensors = new WeakMap<Elements, Tensor>();
  #runs = 0;
  #runMs = 0;

  constructor(options: GraphRunnerOptions) {
    this.#options = options;
  }

  get statistics(): Omit<OnnxruntimeStatistics, 'pending' | 'bytesPooled' | 'hostFallbacks'> {
    return { runs: this.#runs, runMs: this.#runMs, ...this.#options.sessions.statistics };
  }

  /**
   * Runs a plan's graph. It runs before this method returns where there is a session that runs synchronously.
   *
   * @param run the inputs, outputs and numbers of this run, where they are not those of the plan
   */
  run(plan: GraphPlan, run: GraphRun = { ...plan, numbers: packNumbers(plan) }): void | Promise<void> {
    const { sessions } = this.#options;
    const known = sessions.find(plan.key);
    if (known) return this.#runIn(known, plan, run);
    return sessions
      .create(plan.key, () => this.#compile(plan))
      .then((session) => this.#runIn(session, plan, run));
  }

  /** Ends all sessions. */
  end(): Promise<void> {
    return this.#options.sessions.endAll();
  }

  /** The entries of sessions that have ended. */
  profile(): ProfileEntry[] {
    return this.#options.profiler?.take() ?? [];
  }

  #runIn(ready: ReadySession, plan: GraphPlan, run: GraphRun): void | Promise<void> {
    const { sessions, arrays, profiler } = this.#options;
    const { session, graph } = ready;
    const taken = new Map<Value, Elements>();
    const start = performance.now();
    const fail = (error: unknown): never => {
      for (const [value, elements] of taken) arrays.giveBack(value, elements);
      throw runError(error, plan.ops);
    };
    const take = (results: Readonly<Record<string, OnnxValue>>): void | Promise<void> => {
      this.#runMs += performance.now() - start;
      this.#runs++;
      this.#take(results, run, graph, taken);
      if (profiler?.isFullAfterRun(plan.key, ready)) return sessions.end(plan.key);
    };
    let results: ReturnType<typeof session.run>;
    try {
      results = session.run(this.#feeds(run, graph), this.#fetches(run, graph, taken));
    } catch (error) {
      return fail(error);
    }
    return results instanceof Promise ? results.then(take, fail) : take(results);
  }

  #take(
    results: Readonly<Record<string, OnnxValue>>,
    { outputs }: GraphRun,
    { outputNames }: BuiltGraph,
    taken: ReadonlyMap<Value, Elements>,
  ): void {
    const { writesIntoArrays } = this.#options.runtime;
    outputs.forEach((value, i) => {
      value.setElements(taken.get(value) ?? elementsOf(results[outputNames[i]!]!), writesIntoArrays);
    });
  }

  async #compile(plan: GraphPlan): Promise<ReadySession> {
    const { runtime, sessionOptions, profiler, onGraph } = this.#options;
    const graph = buildGraph(plan);
    onGraph?.(graph, plan.ops);
    const tracePrefix = profiler?.newPrefix();
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
    { inputs, numbers: { ints, floats, drawn } }: GraphRun,
    { hasInts, hasFloats }: BuiltGraph,
  ): Record<string, Tensor> {
    const { Tensor } = this.#options.runtime;
    const feeds: Record<string, Tensor> = {};
    inputs.forEach(({ value, shape }, i) => {
      feeds[`i${i}`] = this.#tensorOf(value.elements!, value.dtype, shape);
    });
    if (hasInts) feeds[INTS] = new Tensor('int64', ints, [ints.length]);
    if (hasFloats) feeds[FLOATS] = new Tensor('float32', floats, [floats.length]);
    drawn.forEach(({ elements, shape }, i) => {
      feeds[drawnName(i)] = new Tensor('float32', elements, shape);
    });
    return feeds;
  }

  /**
   * The outputs by name, each with an array to write its result into, where the runtime can. `taken` receives the
   * arrays.
   */
  #fetches(
    { outputs }: GraphRun,
    { outputNames }: BuiltGraph,
    taken: Map<Value, Elements>,
  ): Record<string, Tensor | null> {
    const { runtime, arrays } = this.#options;
    const fetches: Record<string, Tensor | null> = {};
    outputs.forEach((value, i) => {
      const array = runtime.writesIntoArrays ? arrays.takeFor(value) : undefined;
      if (array) taken.set(value, array);
      fetches[outputNames[i]!] = array ? this.#tensorOf(array, value.dtype, value.shape) : null;
    });
    return fetches;
  }

  /** An array as a tensor of ONNX Runtime. Arrays come back run after run, mostly in one shape. */
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

const elementsOf = (result: OnnxValue): Elements => (result as Tensor).data as Elements;
