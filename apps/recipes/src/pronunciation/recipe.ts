import { Option } from 'commander';
import type { DictionaryWord } from '../corpora/cmudict.ts';
import { type ErrorsByStress, pronunciationErrors } from '../measures/pronunciation-errors.ts';
import type { Recipe } from '../recipe.ts';
import { wholeNumber } from '../recipe-options.ts';
import type { RecipeRun } from '../recipe-run.ts';
import { attentionPicture } from '../terminal/attention-picture.ts';
import { counted, percent, row } from '../terminal/words.ts';
import { pronunciationAnswers } from './answers.ts';
import { baselineErrors } from './baseline.ts';
import { codecsOf, loadCorpus } from './corpus.ts';
import { Pronouncer, type Pronunciation } from './model.ts';
import { showShapes } from './shapes.ts';
import { FULL, pronunciationTraining, SHORT } from './train.ts';

const BEAM_SIZE = 5;
/** Words of the test part */
const UNSEEN = ['photocopied', 'hitchhikers', 'wunderkind', 'aftershock', 'genzyme'];
/** Words that no dictionary has */
const INVENTED = ['blorptastic', 'unrollable'];

export const pronunciation: Recipe = {
  summary:
    'words to sounds: an attention encoder-decoder learns the CMU dictionary, and pronounces words that it never saw',
  minutes: { short: 2, full: 50 },
  options: [
    new Option('--n-best <n>', 'pronunciations of each word that is asked for')
      .argParser(wholeNumber(1))
      .default(1),
  ],
  run: pronounceWords,
};

async function pronounceWords(run: RecipeRun): Promise<void> {
  const { print, options, limit } = run;
  const { seed, full = false, nBest } = options;
  showShapes(print);

  const corpus = await loadCorpus();
  const { train, validation, test } = corpus;
  print(
    `\nThe CMU Pronouncing Dictionary: ${counted(train.length, 'word')} to learn from, ${counted(validation.length, 'word')} to`,
  );
  print(
    `look at meanwhile, ${counted(test.length, 'word')} to be judged by; a word is in one part with all its pronunciations.`,
  );
  const codecs = codecsOf(train);
  const size = full ? FULL : SHORT;
  using model = new Pronouncer({ codecs, ...size });
  print(
    `\nTraining an attention encoder-decoder of ${counted(model.numParameters(), 'parameter')} for ${counted(run.minutes, 'minute')}`,
  );
  print(`at most on ${run.backend}:`);
  const figures = { per: (value: number) => `held-out phonemes wrong ${percent(value)}` };
  const training = pronunciationTraining(model, codecs, corpus, {
    size,
    seed,
    fractionDone: () => limit.fraction,
  });
  const ended = await run.train(training, { unit: 'words', figures });
  if (!ended) return;

  print(`\nOf ${counted(test.length, 'word')} that it never saw, the phonemes and words that are wrong:`);
  print(row('', 'phonemes', 'words', '· without', 'stress'));
  const judged = (name: string, errors: ErrorsByStress) => {
    const { kept, stripped } = errors;
    print(row(name, ...[kept.per, kept.wer, stripped.per, stripped.wer].map(percent)));
  };
  judged('letters among letters (baseline)', baselineErrors(train, test));
  judged('encoder-decoder, greedy', await errorsOf(model, test, 1));
  judged(`encoder-decoder, beam of ${BEAM_SIZE}`, await errorsOf(model, test, BEAM_SIZE));

  print('\nWhat each sound of a word looks at:\n');
  const [pictured] = UNSEEN;
  const [[spoken]] = (await model.pronounce([pictured!], { beamSize: BEAM_SIZE, attention: true })) as [
    [Pronunciation],
  ];
  for (const line of attentionPicture([...pictured!], spoken.phonemes, spoken.attention!))
    print(`    ${line}`);

  print('\nWords that it never saw, with what the dictionary says, and words that nobody has:');
  const known = new Map(test.map(({ word, pronunciations }) => [word, pronunciations]));
  const examples = [...UNSEEN, ...INVENTED];
  const answers = await pronunciationAnswers(model, examples, 1);
  for (const [i, word] of examples.entries()) {
    const expected = known
      .get(word)
      ?.map((phonemes) => phonemes.join(' '))
      .join(', or ');
    print(`${answers[i]!.join('\n').padEnd(62)}${expected === undefined ? '' : expected}`);
  }
  await run.answer({
    prompt: 'A word? ',
    asked: 'words',
    answer: (lines) => pronunciationAnswers(model, lines, Number(nBest)),
    atOnce: 250,
  });
}

async function errorsOf(
  model: Pronouncer,
  words: readonly DictionaryWord[],
  beamSize: number,
): Promise<ErrorsByStress> {
  const said = await model.pronounce(
    words.map(({ word }) => word),
    { beamSize },
  );
  return pronunciationErrors(
    said.map(([best]) => best!.phonemes),
    words,
  );
}
