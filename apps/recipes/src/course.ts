import type { Module } from '@unroll/nn';
import type { Metrics, TrainerOptions } from '@unroll/train';
import type { Comparison } from './comparison.ts';
import type { Questions } from './questions.ts';
import type { LastValues, OfTheRun, RecipeRun } from './recipe-run.ts';
import { counted } from './terminal/words.ts';

/** What most recipes do once they have a corpus and a model. */
export interface Course<Batch, Judged extends Metrics> {
  /** `bidirectional LSTM` */
  readonly kind: string;
  readonly model: Module;
  readonly training: Omit<TrainerOptions<Batch, Judged>, OfTheRun>;
  /** The plural noun for what a batch's weight counts: `words` */
  readonly unit: string;
  /** How progress shows the figures of validations, by metric */
  readonly shown: Readonly<Record<string, (value: number) => string>>;
  /** The figures after training, beside those of the baselines */
  readonly comparisons: (values: LastValues) => Promise<readonly Comparison[]>;
  /** Questions to show the answers of, before the user's own */
  readonly examples: readonly string[];
  readonly questions: Questions;
}

/** Trains a model, compares it with the baselines, answers the examples and then the user's questions. */
export async function runCourse<Batch, Judged extends Metrics>(
  run: RecipeRun,
  { kind, model, training, unit, shown, comparisons, examples, questions }: Course<Batch, Judged>,
): Promise<void> {
  const parameters = counted(model.numParameters(), 'parameter');
  run.print(`\nTraining a model of ${parameters} on ${run.backend}: ${kind}`);
  const values = await run.train(training, { unit, figures: shown });
  if (!values) return;
  if (run.needsFigures) {
    for (const comparison of await comparisons(values)) await run.compare(comparison);
  }
  if (run.options.quiet !== true) {
    run.print('');
    for (const line of (await questions.answer(examples)).flat()) run.print(line);
  }
  await run.answer(questions);
}
