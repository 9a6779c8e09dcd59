import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-common';
import type { ProfileEntry } from '../profile/profile.ts';
import type { Profiler } from '../profile/profiler.ts';
import type { Journal } from '../recording/journal.ts';
import { type RecordedOp, runsAlone } from '../recording/recorded-op.ts';
import { type Recording, sourcesOf } from '../recording/recording.ts';
import type { Elements, Value } from '../recording/value.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { OnnxruntimeStatistics } from '../statistics.ts';
import { type BufferPool, isNumeric } from './buffer-pool.ts';
import { creationError, culpritOf, runError } from './errors.ts';
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
import { piecesOf } from './pieces.ts';
import type { Compiled, SessionCache } from './session-cache.ts';

export interface ExecutorOptions {
  readonly runtime: Runtime;
  readonly sessions: SessionCache;
  readonly buffers: BufferPool;
  readonly sessionOptions: InferenceSession.SessionOptions;
  readonly profiler: Profiler | undefined;
  /** Told of every graph that is built, before its session is created */
  readonly onGraph: ((graph: BuiltGraph, ops: readonly RecordedOp[]) => void) | undefined;
}

/** Something that could not be run. */
interface Failure {
  readonly error: Error;
  /** The segment whose assignments to variables cannot be made; undefined where they can */
  readonly step: number | undefined;
}

/** Runs what was recorded: one job after the other, each a sequence of graphs and of operations on the host. */
export class Executor {
  readonly #recording: Recording;
  readonly #journal: Journal;
  /** Failures that no reader has been told of */
  readonly #untold = new Set<Failure>();
  readonly #options: ExecutorOptions;
  #jobs: Promise<unknown> = Promise.resolve();
  #runs = 0;
  #runMs = 0;
  readonly #tensors = new WeakMap<Elements, Tensor>();

  constructor(recording: Recording, journal: Journal, options: ExecutorOptions) {
    this.#recording = recording;
    this.#journal = journal;
    this.#options = options;
  }

  get statistics(): Pick<OnnxruntimeStatistics, 'runs' | 'runMs'> {
    return { runs: this.#runs, runMs: this.#runMs };
  }

  /**
   * Computes everything that was recorded, up to what has failed before; a wanted value that has failed is tried again.
   *
   * @throws (rejects) where what is wanted, or the training step that it belongs to, cannot be computed; variables are then
   *   what they were before that step. Without a wanted value: where anything fails
   */
  flush(wanted?: Value): Promise<void> {
    return this.enqueue(async () => {
      await this.#options.runtime.pause();
      const step = wanted && (wanted.source?.segment ?? wanted.segment);
      for (const failure of [...this.#untold]) {
        if (this.#concerns(failure, wanted, step)) this.#forgive(failure);
      }
      for (let failure = await this.#flush(); failure; failure = await this.#flush()) {
        if (this.#concerns(failure, wanted, step)) throw this.#tell(failure);
      }
      if (wanted && !wanted.isComputed) await this.#tryAgain(wanted);
    });
  }

  /** The same for nobody who could be told, and of whole segments: what fails waits for the next read of it. */
  flushUnread(mostPending: number): Promise<boolean> {
    return this.enqueue(async () => {
      const flush = () => this.#run(this.#recording.takeComplete(mostPending));
      while (await flush()) {}
      return this.#untold.size > 0;
    });
  }

  /** Throws what failed while nobody read, and takes back what it concerns. */
  throwUntold(): void {
    const [failure] = this.#untold;
    if (failure) throw this.#tell(failure);
  }

  /** Takes back what has failed, as the program is about to be told. */
  #tell(failure: Failure): Error {
    this.#journal.rollBack((value) => this.#recording.failureOf(value) !== undefined);
    this.#untold.delete(failure);
    if (failure.step !== undefined) this.#journal.forgive(failure.step);
    return failure.error;
  }

  /** Has what failed tried again with the rest. */
  #forgive(failure: Failure): void {
    this.#untold.delete(failure);
    this.#recording.forgive(failure.error);
    if (failure.step !== undefined) this.#journal.forgive(failure.step);
  }

  /** Runs a job after those that are under way. */
  enqueue<Result>(job: () => Promise<Result>): Promise<Result> {
    const result = this.#jobs.then(job);
    this.#jobs = result.catch(() => {});
    return result;
  }

  /** Resolves when no job is under way, ahead of whoever waits for the last one's results. */
  idle(): Promise<void> {
    return this.#jobs.then(() => {});
  }

  /** Runs what has not failed, up to the first failure. */
  #flush(): Promise<Failure | undefined> {
    return this.#run(this.#recording.take());
  }

  async #run(ops: readonly RecordedOp[]): Promise<Failure | undefined> {
    let done = 0;
    for (const piece of piecesOf(ops)) {
      try {
        await this.#runPiece(piece, ops[done + piece.length]);
      } catch (error) {
        this.#recording.restore(ops.slice(done));
        const culprit = culpritOf(error as Error);
        return await this.#failed(piece, culprit, (await this.#explain(piece)) ?? (error as Error));
      }
      done += piece.length;
    }
    return undefined;
  }

  /** Finds out what fails of a segment, and makes its assignments to variables without the rest where that is possible. */
  async #failed(
    piece: readonly RecordedOp[],
    blamed: RecordedOp | undefined,
    error: Error,
  ): Promise<Failure> {
    const { segment } = piece[0]!;
    const inSegment = new Set(this.#recording.ofSegment(segment));
    const culprit = blamed && inSegment.has(blamed) ? blamed : undefined;
    const step = new Set([...sourcesOf(this.#journal.pending())].filter((op) => inSegment.has(op)));
    if (!culprit && step.size > 0 && step.size < inSegment.size) {
      const wanted = [...step].flatMap(({ outputs }) => outputs);
      await this.#runAll(this.#recording.take(wanted)).then(
        () => step.clear(),
        () => {},
      );
    }
    const left = piece.filter((op) => !op.removed && !isDone(op));
    this.#recording.fail(culprit ? [culprit] : left, error);
    const stepFails = [...step].some((op) => op.failure);
    if (stepFails) {
      this.#recording.fail(step, error);
      this.#journal.fail(segment);
    }
    const failure = { error, step: stepFails ? segment : undefined };
    this.#untold.add(failure);
    return failure;
  }

  /** Why operations have failed, in the program's words: an input that does not pass its checks. */
  async #explain(piece: readonly RecordedOp[]): Promise<Error | undefined> {
    const checked = piece.flatMap(({ operands }) => operands.filter(({ value }) => value.checks.length > 0));
    for (const { value } of new Set(checked)) {
      try {
        if (!value.isComputed) await this.#runAll(this.#recording.take([value]));
      } catch {
        continue; // Another input is to blame.
      }
      try {
        for (const check of value.checks) check(value.elements!);
      } catch (error) {
        return error as Error;
      }
    }
    return undefined;
  }

  /** Whether the reader of a value is to be told: it has failed itself, or the training step that it is part of. */
  #concerns({ error, step }: Failure, wanted: Value | undefined, wantedStep: number | undefined): boolean {
    if (!wanted || (step !== undefined && step === wantedStep)) return true;
    return this.#recording.failureOf(wanted) === error;
  }

  /** What has failed before is run by itself, with what it depends on. */
  async #tryAgain(wanted: Value): Promise<void> {
    const ops = this.#recording.take([wanted]);
    try {
      await this.#runAll(ops);
    } catch (error) {
      throw this.#tell({ error: (await this.#explain(ops)) ?? (error as Error), step: undefined });
    }
  }

  /** Runs operations, and puts back what could not be run. */
  async #runAll(ops: readonly RecordedOp[]): Promise<void> {
    let done = 0;
    try {
      for (const piece of piecesOf(ops)) {
        await this.#runPiece(piece, ops[done + piece.length]);
        done += piece.length;
      }
    } catch (error) {
      this.#recording.restore(ops.slice(done));
      throw error;
    }
  }

  /** @param next what is run after the piece: a segment's assignments stand when all of it has been run */
  async #runPiece(piece: readonly RecordedOp[], next: RecordedOp | undefined): Promise<void> {
    const [first] = piece as [RecordedOp];
    if (runsAlone(first)) await first.how(first);
    else await this.run(planGraph(piece, neededOutside(piece)));
    for (const op of piece) this.#recording.finish(op);
    if (next?.segment !== first.segment) this.#journal.settle();
  }

  /** Ends the sessions, after what is under way. */
  dispose(): void {
    void this.enqueue(() => this.#options.sessions.endAll());
  }

  /** Ends the profile: what it says of all runs so far, and sessions of their own for those that follow. */
  endProfile(): Promise<ProfileEntry[]> {
    return this.enqueue(async () => {
      await this.#options.sessions.endAll();
      return this.#options.profiler!.take();
    });
  }

  /**
   * Runs a plan's graph.
   *
   * @param run what the graph takes and returns in this run, where it is not what it was planned with
   */
  async run(plan: GraphPlan, run: GraphRun = { ...plan, numbers: packNumbers(plan) }): Promise<void> {
    const { runtime, sessions, buffers, profiler } = this.#options;
    const compiled = await sessions.get(plan.key, () => this.#compile(plan));
    const { session, graph } = compiled;
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
    if (profiler?.isFullAfterRun(plan.key, compiled)) await sessions.end(plan.key);
  }

  async #compile(plan: GraphPlan): Promise<Compiled> {
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

/** Whether an operation's results are there. */
const isDone = ({ outputs }: RecordedOp): boolean => outputs.every(({ isComputed }) => isComputed);
