import { planGraph } from '../graphs/graph-plan.ts';
import type { ProfileEntry } from '../profile/profile.ts';
import type { Journal } from '../recording/journal.ts';
import type { RecordedOp, Value } from '../recording/recorded.ts';
import { runsAlone } from '../recording/recorded-op.ts';
import { type Recording, sourcesOf } from '../recording/recording.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { culpritOf } from './errors.ts';
import type { GraphRunner } from './graph-runner.ts';
import { piecesOf } from './pieces.ts';

/** The longest time without a turn of the event loop while a reader's graphs run. */
const MOST_BUSY_MS = 20;

/** Why an operation could not be run. */
interface Failure {
  readonly error: Error;
  /** The segment whose assignments to variables must not stand; undefined where they stand */
  readonly step: number | undefined;
}

/**
 * Runs recorded operations in jobs, one after another. Each job is a sequence of graphs and of operations on the
 * host.
 */
export class Executor {
  readonly #recording: Recording;
  readonly #journal: Journal;
  /** Failures that have not been reported to a reader */
  readonly #untold = new Set<Failure>();
  readonly #graphs: GraphRunner;
  readonly #runtime: Pick<Runtime, 'pause'>;
  #jobs: Promise<unknown> = Promise.resolve();
  #lastPause = 0;

  constructor(recording: Recording, journal: Journal, graphs: GraphRunner, runtime: Pick<Runtime, 'pause'>) {
    this.#recording = recording;
    this.#journal = journal;
    this.#graphs = graphs;
    this.#runtime = runtime;
  }

  /**
   * Computes everything that was recorded, up to earlier failures. A wanted value that has failed is computed again.
   *
   * @throws (rejects) where the wanted value, or the training step that it belongs to, cannot be computed; variables
   *   then have the values from before that step. Without a wanted value: where anything fails
   */
  flush(wanted?: Value): Promise<void> {
    return this.#enqueue(async () => {
      await this.#pause();
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

  /**
   * Runs whole segments while nobody reads. A failure waits for the next read that it concerns.
   *
   * @returns whether anything has failed
   */
  flushUnread(mostPending: number): Promise<boolean> {
    return this.#enqueue(async () => {
      const flush = () => this.#run(this.#recording.takeComplete(mostPending), false);
      while (await flush()) {}
      return this.#untold.size > 0;
    });
  }

  /** Throws a failure that nobody has read yet, and rolls back the assignments that it concerns. */
  throwUntold(): void {
    const [failure] = this.#untold;
    if (failure) throw this.#tell(failure);
  }

  /** Rolls back the assignments that failed. The caller throws the returned error. */
  #tell(failure: Failure): Error {
    this.#journal.rollBack((value) => this.#recording.failureOf(value) !== undefined);
    this.#untold.delete(failure);
    if (failure.step !== undefined) this.#journal.forgive(failure.step);
    return failure.error;
  }

  /** Makes failed operations part of the next run again. */
  #forgive(failure: Failure): void {
    this.#untold.delete(failure);
    this.#recording.forgive(failure.error);
    if (failure.step !== undefined) this.#journal.forgive(failure.step);
  }

  #isTimeToPause(): boolean {
    return performance.now() - this.#lastPause > MOST_BUSY_MS;
  }

  async #pause(): Promise<void> {
    await this.#runtime.pause();
    this.#lastPause = performance.now();
  }

  /** Runs a job after the jobs before it. */
  #enqueue<Result>(job: () => Promise<Result>): Promise<Result> {
    const result = this.#jobs.then(job);
    this.#jobs = result.catch(() => {});
    return result;
  }

  /** Resolves when no job is under way, before the code that awaits the last job's results goes on. */
  idle(): Promise<void> {
    return this.#jobs.then(() => {});
  }

  /** Runs all operations that have not failed, up to the first failure. */
  #flush(): Promise<Failure | undefined> {
    return this.#run(this.#recording.take(), true);
  }

  /** @param isPolite whether other work of the process gets its turn in between */
  async #run(ops: readonly RecordedOp[], isPolite: boolean): Promise<Failure | undefined> {
    const failed = await this.#runPieces(ops, isPolite);
    if (!failed) return undefined;
    const { piece, error } = failed;
    const culprit = culpritOf(error) ?? (runsAlone(piece[0]!) ? piece[0] : undefined);
    return await this.#failed(piece, culprit, (await this.#explain(piece)) ?? error);
  }

  /**
   * Runs operations up to the first piece that fails. Returns that piece, and puts operations that were not run back.
   */
  async #runPieces(
    ops: readonly RecordedOp[],
    isPolite: boolean,
  ): Promise<{ piece: readonly RecordedOp[]; error: Error } | undefined> {
    let done = 0;
    for (const piece of piecesOf(ops)) {
      try {
        const running = this.#runPiece(piece, ops[done + piece.length]);
        if (running) await running;
        if (isPolite && this.#isTimeToPause()) await this.#pause();
      } catch (error) {
        this.#recording.restore(ops.slice(done));
        return { piece, error: error as Error };
      }
      done += piece.length;
    }
    return undefined;
  }

  /**
   * Finds out which part of a segment fails. Where the segment's assignments to variables do not fail, they are made
   * without that part.
   */
  async #failed(
    piece: readonly RecordedOp[],
    blamed: RecordedOp | undefined,
    error: Error,
  ): Promise<Failure> {
    const { segment } = piece[0]!;
    const inSegment = new Set(this.#recording.ofSegment(segment));
    const culprit = blamed && inSegment.has(blamed) ? blamed : undefined;
    const assigned = sourcesOf([...this.#journal.current(), ...this.#journal.former()]);
    const step = new Set([...assigned].filter((op) => inSegment.has(op)));
    if (!culprit && step.size > 0 && step.size < inSegment.size) {
      const wanted = [...step].flatMap(({ outputs }) => outputs);
      await this.#runAll(this.#recording.take(wanted)).then(
        () => step.clear(),
        () => {},
      );
    }
    const left = piece.filter((op) => op.state !== 'dropped' && !isDone(op));
    this.#recording.fail(culprit ? [culprit] : left, error);
    const stepFails = [...step].some((op) => op.failure);
    if (stepFails) {
      // The values that variables had before the step's assignments stay valid: an optimizer may make its state in
      // this step.
      for (const op of sourcesOf(this.#journal.former())) step.delete(op);
      this.#recording.fail(step, error);
      this.#journal.fail(segment);
    }
    const failure = { error, step: stepFails ? segment : undefined };
    this.#untold.add(failure);
    return failure;
  }

  /** Why operations have failed, in the program's words: an input does not pass its checks. */
  async #explain(piece: readonly RecordedOp[]): Promise<Error | undefined> {
    const checked = piece.flatMap(({ operands }) => operands.filter(({ value }) => value.checks.length > 0));
    for (const { value } of new Set(checked)) {
      try {
        if (!value.isComputed) await this.#runAll(this.#recording.take([value]));
      } catch {
        continue; // Another input is the cause.
      }
      const failed = value.failedCheck(value.elements!);
      if (failed) return failed;
    }
    return undefined;
  }

  /**
   * Whether a failure is reported to the reader of a value: the value itself has failed, or the training step that it
   * belongs to.
   */
  #concerns({ error, step }: Failure, wanted: Value | undefined, wantedStep: number | undefined): boolean {
    if (!wanted || (step !== undefined && step === wantedStep)) return true;
    return this.#recording.failureOf(wanted) === error;
  }

  /** Runs failed operations once more by themselves, with the operations that they depend on. */
  async #tryAgain(wanted: Value): Promise<void> {
    const ops = this.#recording.take([wanted]);
    try {
      await this.#runAll(ops);
    } catch (error) {
      throw this.#tell({ error: (await this.#explain(ops)) ?? (error as Error), step: undefined });
    }
  }

  /** Runs operations. @throws (rejects) where one fails */
  async #runAll(ops: readonly RecordedOp[]): Promise<void> {
    const failed = await this.#runPieces(ops, false);
    if (failed) throw failed.error;
  }

  /**
   * Runs a piece. It runs at once where the runtime can, so that a program that only awaits fulfilled promises cannot
   * record faster than its operations run.
   *
   * @param next the operation that runs after the piece: a segment's assignments are final when all of the segment
   *   has run
   */
  #runPiece(piece: readonly RecordedOp[], next: RecordedOp | undefined): void | Promise<void> {
    const [first] = piece as [RecordedOp];
    const finish = (): void => {
      for (const op of piece) this.#recording.finish(op);
      if (next?.segment !== first.segment) this.#journal.settle();
    };
    const running = runsAlone(first)
      ? first.how(first)
      : this.#graphs.run(planGraph(piece, neededOutside(piece)));
    if (running) return running.then(finish);
    finish();
  }

  /** Ends the sessions after the jobs under way. */
  dispose(): void {
    void this.#enqueue(() => this.#graphs.end());
  }

  /** Ends the profile. It returns the times of all runs so far, and later runs get new sessions. */
  endProfile(): Promise<ProfileEntry[]> {
    return this.#enqueue(async () => {
      await this.#graphs.end();
      return this.#graphs.profile();
    });
  }
}

/** Whether a value is still read by tensors or by operations outside `ops`. */
function neededOutside(ops: readonly RecordedOp[]): (value: Value) => boolean {
  const inside = new Map<Value, number>();
  for (const { operands } of ops) {
    for (const { value } of operands) inside.set(value, (inside.get(value) ?? 0) + 1);
  }
  return (value) => value.refCount > 0 || value.uses > (inside.get(value) ?? 0);
}

/** Whether an operation's results are computed. */
const isDone = ({ outputs }: RecordedOp): boolean => outputs.every(({ isComputed }) => isComputed);
