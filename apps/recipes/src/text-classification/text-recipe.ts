import type { Tokenizer } from '@unroll/data';
import { F1 } from '@unroll/train/metrics';
import { majorityClass } from '../baselines/majority-class.ts';
import { multinomialNaiveBayes } from '../baselines/multinomial-naive-bayes.ts';
import type { CorpusFacts } from '../corpora/corpus-facts.ts';
import { holdOutFifth } from '../corpora/train-and-test.ts';
import type { Recipe } from '../recipe.ts';
import type { RecipeRun } from '../recipe-run.ts';
import { counted, percent } from '../terminal/words.ts';
import { textAnswers } from './text-answers.ts';
import { type LabelledText, textClassifier, textCodec, textTraining } from './training.ts';

/** What distinguishes one recipe of classified texts from another. */
export interface TextRecipe {
  readonly summary: string;
  readonly facts: CorpusFacts;
  readonly load: () => readonly LabelledText[];
  /** The names of the two classes. F1 is that of the second. */
  readonly classes: readonly [string, string];
  /** `sentence` */
  readonly unit: string;
  readonly tokenizer: Tokenizer;
  /** Texts of no corpus */
  readonly examples: readonly string[];
}

/** A recipe that tells texts of two classes apart. */
export const textRecipe = (recipe: TextRecipe): Recipe => ({
  summary: recipe.summary,
  // The run finishes its epochs in less than a minute.
  minutes: { short: 5, full: 5 },
  run: (run) => tellTexts(recipe, run),
});

async function tellTexts({ facts, load, classes, unit, tokenizer, examples }: TextRecipe, run: RecipeRun) {
  const { print, options, fractionDone } = run;
  const { seed, quiet = false } = options;
  run.printFacts(facts);
  const split = await holdOutFifth(load(), seed);
  const { train, test } = split;
  print(`${counted(train.length, unit)} to learn from, ${test.length} held out (seed ${seed}).`);
  const codec = textCodec(train, tokenizer);
  using model = textClassifier(codec, train);
  print(
    `\nTraining a bidirectional LSTM of ${counted(model.numParameters(), 'parameter')} on ${run.backend}:`,
  );
  const ended = await run.train(textTraining(model, codec, split, { seed, fractionDone }), {
    unit: `${unit}s`,
    figures: { accuracy: (value) => `held-out ${percent(value)}` },
  });
  if (!ended) return;

  const wordsOf = ({ text }: LabelledText) => tokenizer.tokenize(text.toLowerCase());
  const bags = train.map((each) => ({ words: wordsOf(each), label: each.label }));
  const bayes = multinomialNaiveBayes(bags, classes.length);
  const labels = test.map(({ label }) => label);
  const byBayes = test.map((each) => bayes(wordsOf(each)));
  const majority = majorityClass(
    train.map(({ label }) => label),
    classes.length,
  );
  const accuracyOf = (found: readonly number[]) =>
    found.filter((label, i) => label === labels[i]).length / labels.length;
  const f1 = new F1({ classes: [1] });
  f1.update(byBayes, labels);
  const { values } = ended;
  await run.compare({
    title: `Accuracy on the held-out ${unit}s`,
    format: percent,
    figures: {
      'majority class': accuracyOf(labels.map(() => majority)),
      'naive Bayes, words': accuracyOf(byBayes),
      'bidirectional LSTM': values.accuracy!,
    },
  });
  await run.compare({
    title: `F1 of the class ${classes[1]}`,
    format: percent,
    figures: { 'naive Bayes, words': f1.compute() as number, 'bidirectional LSTM': values.f1! },
  });
  print('');
  const answer = (lines: readonly string[]) => textAnswers(model, codec, classes, lines);
  if (!quiet) for (const line of (await answer(examples)).flat()) print(line);
  await run.answer({ prompt: `A ${unit}? `, asked: `${unit}s`, answer, atOnce: 250 });
}
