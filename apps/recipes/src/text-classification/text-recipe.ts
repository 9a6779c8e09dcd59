import type { Tokenizer } from '@unroll/data';
import { F1 } from '@unroll/train/metrics';
import { majorityClass } from '../baselines/majority-class.ts';
import { multinomialNaiveBayes } from '../baselines/multinomial-naive-bayes.ts';
import type { CorpusFacts } from '../corpora/corpus-facts.ts';
import { holdOutFifth, type TrainAndTest } from '../corpora/train-and-test.ts';
import { runCourse } from '../course.ts';
import type { Recipe } from '../recipe.ts';
import type { RecipeRun } from '../recipe-run.ts';
import { counted, percent } from '../terminal/words.ts';
import { textAnswers } from './text-answers.ts';
import { type LabelledText, type Lexicon, textClassifier, textCodec, textTraining } from './training.ts';

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
  /** What is known of words beforehand. Default: nothing */
  readonly lexicon?: { readonly facts: CorpusFacts; readonly load: () => Lexicon };
  /** Texts of no corpus */
  readonly examples: readonly string[];
}

/** A recipe that tells texts of two classes apart. */
export const textRecipe = (recipe: TextRecipe): Recipe => ({
  summary: recipe.summary,
  corpora: [recipe.facts, ...(recipe.lexicon ? [recipe.lexicon.facts] : [])],
  // The run finishes its epochs in less than a minute.
  minutes: { short: 5, full: 5 },
  run: (run) => tellTexts(recipe, run),
});

async function tellTexts(recipe: TextRecipe, run: RecipeRun) {
  const { facts, load, classes, unit, tokenizer, lexicon, examples } = recipe;
  const { print, options, fractionDone } = run;
  const { seed } = options;
  run.printFacts(facts);
  if (lexicon) run.printFacts(lexicon.facts);
  const known = lexicon?.load();
  const split = await holdOutFifth(load(), seed);
  const { train, test } = split;
  print(`${counted(train.length, unit)} to learn from, ${test.length} held out (seed ${seed}).`);
  const codec = textCodec(train, tokenizer, known);
  using model = textClassifier(codec, train, known);
  const answer = (lines: readonly string[]) => textAnswers(model, codec, classes, lines);
  await runCourse(run, {
    kind: 'a bidirectional LSTM, its outputs pooled',
    model,
    training: textTraining(model, codec, split, { seed, fractionDone }),
    unit: `${unit}s`,
    shown: { accuracy: (value) => `held-out ${percent(value)}` },
    comparisons: async (values) => {
      const { accuracy, f1 } = await values();
      const baselines = baselineFigures(split, tokenizer);
      return [
        {
          title: `Accuracy on the held-out ${unit}s`,
          format: percent,
          figures: { ...baselines.accuracies, 'bidirectional LSTM': accuracy! },
        },
        {
          title: `F1 of the class ${classes[1]}`,
          format: percent,
          figures: { 'naive Bayes, words': baselines.f1, 'bidirectional LSTM': f1! },
        },
      ];
    },
    examples,
    questions: { prompt: `A ${unit}? `, asked: `${unit}s`, answer, atOnce: 250 },
  });
}

/** The figures of the majority class and of naive Bayes on the held-out texts */
function baselineFigures({ train, test }: TrainAndTest<LabelledText>, tokenizer: Tokenizer) {
  const wordsOf = ({ text }: LabelledText) => tokenizer.tokenize(text.toLowerCase());
  const bags = train.map((each) => ({ words: wordsOf(each), label: each.label }));
  const bayes = multinomialNaiveBayes(bags, 2);
  const majority = majorityClass(
    train.map(({ label }) => label),
    2,
  );
  const labels = test.map(({ label }) => label);
  const byBayes = test.map((each) => bayes(wordsOf(each)));
  const f1 = new F1({ classes: [1] });
  f1.update(byBayes, labels);
  const accuracyOf = (found: readonly number[]) =>
    found.filter((label, i) => label === labels[i]).length / labels.length;
  return {
    accuracies: {
      'majority class': accuracyOf(labels.map(() => majority)),
      'naive Bayes, words': accuracyOf(byBayes),
    },
    f1: f1.compute() as number,
  };
}
