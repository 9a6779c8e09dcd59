import * as nn from '@unroll/nn';
import {
  type Budget,
  budget,
  folder,
  type Metrics,
  type Resumable,
  Trainer,
  type TrainerOptions,
  type TrainingResult,
} from '@unroll/train';
import { type ProgressOptions, progress } from '@unroll/train/progress';
import { BackendSwap } from './backend-swap.ts';
import { backendInUse, changeBackend, chooseBackend } from './backends.ts';
import { answerLines, type Questions } from './questions.ts';
import type { RecipeOptions } from './recipe-options.ts';

/** What a recipe does not say of its training itself: when it ends, where it is kept, and who is told. */
type OfTheRun = 'stopping' | 'checkpoints' | 'others' | 'reporters' | 'interruptible';

/** Minutes of training at most, if the command does not say: of the short run, and of the recipe in full */
export interface Minutes {
  readonly short: number;
  readonly full: number;
}

/** A call of a recipe: its options, its time, its folder, the terminal. */
export class RecipeRun {
  readonly options: RecipeOptions;
  /** How much training there is; its fraction is what learning rates fall by. */
  readonly limit: Budget;
  /** Minutes of training */
  readonly minutes: number;
  /** Writes a line, if lines are wanted */
  readonly print: (line: string) => void;
  readonly #name: string;
  readonly #checkpoints: string;

  private constructor(name: string, length: Minutes, options: RecipeOptions) {
    const { full = false, quiet = false, minutes } = options;
    this.options = options;
    this.#name = name;
    this.minutes = minutes ?? (full ? length.full : length.short);
    this.#checkpoints = options.checkpoints ?? `runs/${name}${full ? '-full' : ''}`;
    this.limit = budget({ minutes: this.minutes });
    this.print = quiet ? () => {} : (line) => console.log(line);
  }

  /** Takes the backend and the seed that the options ask for. */
  static async begin(name: string, length: Minutes, options: RecipeOptions): Promise<RecipeRun> {
    const run = new RecipeRun(name, length, options);
    for (const reason of await chooseBackend(options.backend, run.#threads)) run.print(reason);
    nn.manualSeed(options.seed);
    return run;
  }

  /** The backend in use: `onnxruntime, 2 threads` */
  get backend(): string {
    return backendInUse();
  }

  get #threads(): { threads?: number } {
    const { threads } = this.options;
    return threads === undefined ? {} : { threads };
  }

  /**
   * Trains within the time, keeps the run in its folder, and goes on with what that has.
   *
   * @param figures what progress shows of validations, by metric
   * @returns nothing where Ctrl-C ended it; the program is to end then, too
   */
  async train<Batch, Judged extends Metrics>(
    options: Omit<TrainerOptions<Batch, Judged>, OfTheRun>,
    { unit, figures }: { unit: string; figures: ProgressOptions['figures'] },
  ): Promise<TrainingResult | undefined> {
    const { fresh = false, swap = false, quiet = false } = this.options;
    const store = folder(this.#checkpoints);
    if (fresh) for (const name of await store.list()) await store.remove(name);
    const swapping = swap ? new BackendSwap({ change: () => changeBackend(this.#threads) }) : undefined;
    const shown = progress({ stream: process.stdout, unit, figures });
    using _optimizer = options.optimizer;
    const result = await new Trainer<Batch, Judged>({
      ...options,
      stopping: this.limit,
      checkpoints: { store, keepLast: 2 },
      others: { options: this.#sameOptions() },
      reporters: [...(swapping ? [swapping] : []), ...(quiet ? [] : [shown])],
    }).fit();
    for (const line of swapping?.lines(unit) ?? []) this.print(line);
    if (result.reason !== 'interrupted') return result;
    process.exitCode = 130;
    return undefined;
  }

  /** Answers what is asked by the terminal or a pipe, until that ends. */
  answer(questions: Questions): Promise<void> {
    return answerLines(questions, process.stdin, process.stdout);
  }

  /** Has checkpoints carry what a run was called with, and refuses to go on with anything else: a schedule, for one, has its length. */
  #sameOptions(): Resumable {
    const now = { recipe: this.#name, minutes: this.minutes, seed: this.options.seed };
    return {
      state: () => now,
      load: (saved) => {
        const [theirs, ours] = [JSON.stringify(saved), JSON.stringify(now)];
        if (theirs === ours) return;
        throw new Error(
          `the run in ${this.#checkpoints} was called with ${theirs}, this one with ${ours}; --fresh begins anew there, ` +
            '--checkpoints <folder> elsewhere',
        );
      },
    };
  }
}
