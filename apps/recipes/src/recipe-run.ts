import { access, constants, mkdir } from 'node:fs/promises';
import { CheckpointError } from '@unroll/backend/errors';
import * as nn from '@unroll/nn';
import {
  type Budget,
  budget,
  checkpointNames,
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

/** The trainer options that the run sets itself: when it ends, where it is stored, and its reporters. */
type OfTheRun = 'stopping' | 'checkpoints' | 'others' | 'reporters' | 'interruptible';

/** The default time limits in minutes: of the short run, and of the full recipe */
export interface Minutes {
  readonly short: number;
  readonly full: number;
}

const OTHER_FOLDER = '--fresh begins anew there, --checkpoints <folder> elsewhere';

/** A call of a recipe: its options, its time limit, its folder, the terminal. */
export class RecipeRun {
  readonly options: RecipeOptions;
  /** The time limit of the training. Learning rates fall with its fraction. */
  readonly limit: Budget;
  /** Minutes of training */
  readonly minutes: number;
  /** Writes a line, unless the output should be quiet */
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

  /** Uses the backend and the seed of the options. */
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
   * Trains within the time limit, and stores the run in its folder. A run that is already in the folder is continued.
   *
   * @param figures the figures of validations that progress shows, by metric
   * @returns undefined when Ctrl-C ended the run; the program should then end, too
   */
  async train<Batch, Judged extends Metrics>(
    options: Omit<TrainerOptions<Batch, Judged>, OfTheRun>,
    { unit, figures }: { unit: string; figures: ProgressOptions['figures'] },
  ): Promise<TrainingResult | undefined> {
    const { fresh = false, swap = false, quiet = false, backend } = this.options;
    const store = folder(this.#checkpoints);
    await this.#writable();
    if (fresh) for (const name of await checkpointNames(store)) await store.remove(name);
    const swapping = swap ? new BackendSwap({ change: () => changeBackend(this.#threads) }) : undefined;
    const shown = progress({ stream: process.stdout, unit, figures });
    using _optimizer = options.optimizer;
    const result = await new Trainer<Batch, Judged>({
      ...options,
      stopping: this.limit,
      checkpoints: { store, keepLast: 2 },
      others: { options: this.#sameOptions() },
      reporters: [...(swapping ? [swapping] : []), ...(quiet ? [] : [shown])],
    })
      .fit()
      .catch((error: unknown) => {
        if (!(error instanceof CheckpointError)) throw error;
        throw new Error(`${error.message}\n${OTHER_FOLDER}`, { cause: error });
      });
    for (const line of swapping?.lines(unit) ?? []) this.print(line);
    // After a swap, continue on the backend on which the training began.
    if (swap) await chooseBackend(backend, this.#threads);
    if (result.reason !== 'interrupted') return result;
    if (fresh) console.error('Without --fresh, which would remove it.');
    else if (quiet)
      console.error(`${result.message}; saved in ${this.#checkpoints}. Run the same again to go on.`);
    return undefined;
  }

  /** @throws when the run could not be stored, before any time is spent on training */
  async #writable(): Promise<void> {
    try {
      await mkdir(this.#checkpoints, { recursive: true });
      await access(this.#checkpoints, constants.W_OK);
    } catch (error) {
      throw new Error(
        `the run cannot be kept in ${this.#checkpoints} (${(error as Error).message}); --checkpoints <folder> names another`,
      );
    }
  }

  /** Answers lines of the terminal or a pipe, until the input ends. */
  answer(questions: Questions): Promise<void> {
    return answerLines(questions, process.stdin, process.stdout);
  }

  /**
   * Stores the options of the run in checkpoints, and refuses to resume with other options: a schedule, for example,
   * depends on the time limit.
   */
  #sameOptions(): Resumable {
    const { seed, full = false } = this.options;
    const now = { recipe: this.#name, full, minutes: this.minutes, seed };
    return {
      state: () => now,
      load: (saved) => {
        const [theirs, ours] = [JSON.stringify(saved), JSON.stringify(now)];
        if (theirs === ours) return;
        throw new Error(
          `the run in ${this.#checkpoints} was called with ${theirs}, this one with ${ours}; ${OTHER_FOLDER}`,
        );
      },
    };
  }
}
