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

/** The event loop has its turn at least so often while a reader's graphs are run. */
const MOST_BUSY_MS = 20;

/** Why something could not be run. */
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
   * Computes everything that was recorded, up to what has failed before; a wanted value that has failed is tried again.
   *
   * @throws (rejects) where what is wanted, or the training step that it belongs to, cannot be computed; variables are then
   *   what they were before that step. Without a wanted value: where anything fails
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
   * Runs whole segments while nobody reads. What fails waits for the next read of it.
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

  /** Throws what failed while nobody read, and takes back what it concerns. */
  throwUntold(): void {
    const [failure] = this.#untold;
    if (failure) throw this.#tell(failure);
  }

  /** Takes assignments that have failed back. The caller throws the error that this returns. */
  #tell(failure: Failure): Error {
    this.#journal.rollBack((value) => this.#recording.failureOf(value) !== undefined);
    this.#untold.delete(failure);
    if (failure.step !== undefined) this.#journal.forgive(failure.step);
    return failure.error;
  }

  /** Makes what failed part of the next run again. */
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

  /** Runs a job after those that are under way. */
  #enqueue<Result>(job: () => Promise<Result>): Promise<Result> {
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
    return this.#run(this.#recording.take(), true);
  }

  /** @param isPolite whether other work of the process has its turn in between */
  async #run(ops: readonly RecordedOp[], isPolite: boolean): Promise<Failure | undefined> {
    const failed = await this.#runPieces(ops, isPolite);
    if (!failed) return undefined;
    const { piece, error } = failed;
    const culprit = culpritOf(error) ?? (runsAlone(piece[0]!) ? piece[0] : undefined);
    return await this.#failed(piece, culprit, (await this.#explain(piece)) ?? error);
  }

  /** Runs operations up to the first piece that fails, which it returns, and puts back what was not run. */
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

  /** Finds out which part of a segment fails. Where its assignments to variables do not, they are made without that part. */
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
      // Values that variables had before the step's assignments stay good: an optimizer may make its state in this step.
      for (const op of sourcesOf(this.#journal.former())) step.delete(op);
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
      const failed = value.failedCheck(value.elements!);
      if (failed) return failed;
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

  /** Runs operations. @throws (rejects) where one fails */
  async #runAll(ops: readonly RecordedOp[]): Promise<void> {
    const failed = await this.#runPieces(ops, false);
    if (failed) throw failed.error;
  }

  /**
   * Runs what one graph holds; at once where the runtime does, so that a program that awaits nothing but fulfilled promises
   * cannot record faster than it is run.
   *
   * @param next what is run after the piece: a segment's assignments stand when all of it has been run
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

  /** Ends the sessions, after what is under way. */
  dispose(): void {
    void this.#enqueue(() => this.#graphs.end());
  }

  /** Ends the profile: what it says of all runs so far, and sessions of their own for those that follow. */
  endProfile(): Promise<ProfileEntry[]> {
    return this.#enqueue(async () => {
      await this.#graphs.end();
      return this.#graphs.profile();
    });
  }
}

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
