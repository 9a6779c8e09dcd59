import { Option } from 'commander';
import { CMUDICT, type DictionaryWord } from '../corpora/cmudict.ts';
import { type ErrorsByStress, pronunciationErrors } from '../measures/pronunciation-errors.ts';
import type { Recipe } from '../recipe.ts';
import { wholeNumber } from '../recipe-options.ts';
import type { RecipeRun } from '../recipe-run.ts';
import { attentionPicture } from '../terminal/attention-picture.ts';
import { counted, percent, row } from '../terminal/words.ts';
import { pronunciationAnswers } from './answers.ts';
import { baselineErrors } from './baseline.ts';
import { codecsOf, loadCorpus, type PronunciationCorpus } from './corpus.ts';
import { Pronouncer, WORDS_AT_ONCE } from './model.ts';
import { showShapes } from './shapes.ts';
import { FULL, pronunciationTraining, SHORT } from './train.ts';

const BEAM_SIZE = 5;
const MOST_N_BEST = 50;
/** Words of the test part */
const UNSEEN = ['photocopied', 'hitchhikers', 'wunderkind', 'aftershock', 'genzyme'];
/** The measures of the test words, by their titles */
const COLUMNS: Readonly<Record<string, (errors: ErrorsByStress) => number>> = {
  'Phonemes wrong, with stress': ({ kept }) => kept.per,
  'Words wrong, with stress': ({ kept }) => kept.wer,
  'Phonemes wrong, without stress': ({ stripped }) => stripped.per,
  'Words wrong, without stress': ({ stripped }) => stripped.wer,
};
/** Published shares of wrong words, without stress */
const PUBLISHED = [
  ['CMUSphinx, LSTM of 2 layers of 64', '31–32 %'],
  ['CMUSphinx, LSTM of 2 layers of 512', '23.3 %'],
  ['Phonetisaurus, joint n-grams', '24.4 %'],
  ['Yao and Zweig 2015, bidirectional LSTM', '23.55 %'],
] as const;
/** Words that are in no dictionary */
const INVENTED = ['blorptastic', 'unrollable'];

export const pronunciation: Recipe = {
  summary:
    'words to sounds: an attention encoder-decoder learns the CMU dictionary, and pronounces words that it never saw',
  corpora: [CMUDICT],
  minutes: { short: 2, full: 50 },
  options: [
    new Option('--n-best <n>', 'pronunciations of each word that is asked for, up to 50')
      .argParser(wholeNumber(1, MOST_N_BEST))
      .default(1),
  ],
  run: pronounceWords,
};

async function pronounceWords(run: RecipeRun): Promise<void> {
  const { print, options, limit } = run;
  const { seed, full = false, quiet = false, nBest } = options;
  showShapes(print);
  print('');
  run.printFacts(CMUDICT);
  const corpus = await loadCorpus();
  const { train, validation, test } = corpus;
  const words = (part: readonly DictionaryWord[]) => counted(part.length, 'word');
  print(`${words(train)} to learn, ${words(validation)} to look at meanwhile, and`);
  print(`${words(test)} to be judged by; a word is in one part with all its pronunciations.`);

  const codecs = codecsOf(train);
  const size = full ? FULL : SHORT;
  using model = new Pronouncer({ codecs, ...size });
  const parameters = counted(model.numParameters(), 'parameter');
  print(`\nTraining an attention encoder-decoder of ${parameters} on ${run.backend}, for ${run.length}:`);
  const fractionDone = () => limit.fraction;
  const training = pronunciationTraining(model, codecs, corpus, { size, seed, fractionDone });
  const figures = { per: (value: number) => `held-out phonemes wrong ${percent(value)} with stress` };
  const values = await run.train(training, { unit: 'words', figures });
  if (!values) return;

  if (run.needsFigures) await compareErrors(run, model, corpus);
  if (!quiet) {
    if (full) printPublished(print);
    await printAttention(print, model, UNSEEN[0]!);
    await printExamples(print, model, test);
  }
  await run.answer({
    prompt: 'A word? ',
    asked: 'words',
    answer: (lines) => pronunciationAnswers(model, lines, { beamSize: BEAM_SIZE, nBest: Number(nBest) }),
    atOnce: WORDS_AT_ONCE,
  });
}

type Print = RecipeRun['print'];

/** Shows the errors as a table, and keeps each of its columns. */
async function compareErrors(
  run: RecipeRun,
  model: Pronouncer,
  { train, test }: PronunciationCorpus,
): Promise<void> {
  const words = test.map(({ word }) => word);
  const errors: Record<string, ErrorsByStress> = {
    'letters among letters (baseline)': baselineErrors(train, test),
    'encoder-decoder, greedy': pronunciationErrors(await model.say(words, 1), test),
    [`encoder-decoder, beam of ${BEAM_SIZE}`]: pronunciationErrors(await model.say(words, BEAM_SIZE), test),
  };
  run.print(`\nOf ${counted(test.length, 'word')} that it never saw, what is wrong:`);
  run.print(row('', 'with', 'stress', 'without', 'stress'));
  run.print(row('', 'phonemes', 'words', 'phonemes', 'words'));
  for (const [name, { kept, stripped }] of Object.entries(errors))
    run.print(row(name, ...[kept.per, kept.wer, stripped.per, stripped.wer].map(percent)));
  for (const [title, figureOf] of Object.entries(COLUMNS)) {
    const figures = Object.entries(errors).map(([name, each]) => [name, figureOf(each)]);
    await run.keep({ title, format: percent, figures: Object.fromEntries(figures) });
  }
}

/** The published figures use other splits and conventions; the recipe's README describes them. */
function printPublished(print: Print): void {
  print('\nAs published, each by a split of its own:');
  for (const [name, wer] of PUBLISHED) print(row(name, '', '', '', wer));
}

async function printAttention(print: Print, model: Pronouncer, word: string): Promise<void> {
  print('\nWhat each sound of a word looks at:\n');
  const [found] = await model.pronounce([word], { beamSize: BEAM_SIZE, attention: true });
  const { phonemes, attention } = found![0]!;
  for (const line of attentionPicture([...word], phonemes, attention!)) print(`    ${line}`);
}

async function printExamples(
  print: Print,
  model: Pronouncer,
  test: readonly DictionaryWord[],
): Promise<void> {
  print('\nWords that it never saw beside what the dictionary says, and words that nobody has:');
  const known = new Map(test.map(({ word, pronunciations }) => [word, pronunciations]));
  const words = [...UNSEEN, ...INVENTED];
  const answers = await pronunciationAnswers(model, words, { beamSize: BEAM_SIZE, nBest: 1 });
  for (const [i, word] of words.entries()) {
    const expected = known.get(word)?.map((phonemes) => phonemes.join(' ')) ?? [];
    print(`${answers[i]!.join('\n').padEnd(64)}${expected.join(', or ')}`.trimEnd());
  }
}
