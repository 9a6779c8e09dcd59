import type { Option } from 'commander';
import type { CorpusFacts } from './corpora/corpus-facts.ts';
import type { RecipeRun, RunSettings } from './recipe-run.ts';

/**
 * An application of recurrent networks: from a corpus through training to figures beside a baseline, and to answers.
 */
export interface Recipe extends RunSettings {
  /** One line, for lists */
  readonly summary: string;
  /** All corpora from which it can learn. Without files of a corpus, there is no option `--data`. */
  readonly corpora: readonly CorpusFacts[];
  /** Options of this recipe, beside the common options */
  readonly options?: readonly Option[];
  run(run: RecipeRun): Promise<void>;
}
