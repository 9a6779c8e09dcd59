import { FEMALE_NAMES, MALE_NAMES } from '../corpora/first-names.ts';
import { CLASSES } from '../corpora/labelled-name.ts';
import type { Recipe } from '../recipe.ts';
import type { RecipeRun } from '../recipe-run.ts';
import { counted, percent } from '../terminal/words.ts';
import { nameAnswers } from './answers.ts';
import { accuracyOf, lastLetters, majority } from './baseline.ts';
import { codecOf } from './codec.ts';
import { loadCorpus } from './corpus.ts';
import { NameClassifier } from './model.ts';
import { nameTraining } from './train.ts';

/** Four names of neither list, for which the model has to use the letters, and one name of both lists. */
const EXAMPLES = ['Gulsara', 'Zoltar', 'Mirelda', 'Thorvik', 'Evelyn'];

export const names: Recipe = {
  summary:
    'first names: a bidirectional LSTM tells lists of female and male first names apart, letter by letter',
  corpora: [FEMALE_NAMES, MALE_NAMES],
  // The run finishes its epochs in some seconds.
  minutes: { short: 5, full: 5 },
  run: tellNames,
};

async function tellNames(run: RecipeRun): Promise<void> {
  const { print, options } = run;
  const { seed, quiet = false } = options;
  for (const facts of [FEMALE_NAMES, MALE_NAMES]) run.printFacts(facts);
  const corpus = await loadCorpus(seed);
  const { labelled, ambiguous, train, heldOut } = corpus;
  const counts = CLASSES.map(
    (kind, label) => `${labelled.filter((name) => name.label === label).length} ${kind}`,
  );
  print(`First names: ${counts.join(' and ')}; ${ambiguous.size} that are in both lists are left out.`);
  print(`${train.length} to learn from, ${heldOut.length} held out (seed ${seed}).`);
  const codec = codecOf(train);
  using model = new NameClassifier({
    characters: codec.size,
    embeddingDim: 32,
    hiddenSize: 64,
    numLayers: 1,
    dropout: 0.3,
  });
  print(
    `\nTraining a bidirectional LSTM of ${counted(model.numParameters(), 'parameter')} on ${run.backend}:`,
  );
  const figures = { accuracy: (value: number) => `held-out ${percent(value)}` };
  const training = await nameTraining(model, codec, corpus, { seed });
  const values = await run.train(training, { unit: 'names', figures });
  if (!values) return;

  const answer = (lines: readonly string[]) =>
    nameAnswers((encoded) => model.classify(encoded), codec, ambiguous, lines);
  if (run.needsFigures) {
    await run.compare({
      title: 'Held-out accuracy',
      format: percent,
      figures: {
        'majority class': accuracyOf(majority(train), heldOut),
        'naive Bayes, last letters': accuracyOf(lastLetters(train), heldOut),
        'bidirectional LSTM': (await values()).accuracy!,
      },
    });
  }
  if (!quiet) {
    print('');
    for (const line of (await answer(EXAMPLES)).flat()) print(line);
  }
  await run.answer({ prompt: 'A name? ', asked: 'names', answer, atOnce: 250 });
}
