import type { Option } from 'commander';
import type { Minutes, RecipeRun } from './recipe-run.ts';

/** A use of recurrent networks: from a corpus, through training, to figures beside a baseline and answers. */
export interface Recipe {
  /** One line, for lists */
  readonly summary: string;
  readonly minutes: Minutes;
  /** Options of its own, besides those that all recipes have */
  readonly options?: readonly Option[];
  run(run: RecipeRun): Promise<void>;
}
