import { Option } from 'commander';
import { answersTogether } from '../answers-together.ts';
import { type Language, loadMulti30k, MULTI30K, type ParallelText } from '../corpora/multi30k.ts';
import { runCourse } from '../course.ts';
import type { Recipe } from '../recipe.ts';
import { counted, printable } from '../terminal/words.ts';
import { detokenized, tokenized } from './bleu-comparisons.ts';
import { codecsOf, type TranslatedText } from './codecs.ts';
import { translator } from './model.ts';
import { FULL, SHORT, translationTraining } from './training.ts';
import { translate } from './translate.ts';

const BEAM_SIZE = 5;

/** Sentences of no corpus */
const EXAMPLES: Readonly<Record<Language, readonly string[]>> = {
  de: [
    'Ein Hund spielt im Schnee mit einem roten Ball.',
    'Zwei Frauen sitzen vor einem Café und lesen Zeitung.',
    'Der alte Mann mit dem Hut repariert ein Fahrrad.',
  ],
  en: [
    'A dog is playing in the snow with a red ball.',
    'Two women are sitting in front of a café and reading a newspaper.',
    'The old man with the hat is repairing a bicycle.',
  ],
};

export const translation: Recipe = {
  summary: 'translation: descriptions of photographs between German and English, with attention or without',
  corpora: [MULTI30K],
  minutes: { short: 5, full: 45 },
  trainingOptions: ['direction', 'plain'],
  options: [
    new Option('--direction <pair>', 'from which language to which')
      .choices(['de-en', 'en-de'])
      .default('de-en'),
    new Option('--plain', "the textbook's form: without attention"),
  ],
  async run(run) {
    const { print, options, fractionDone } = run;
    const { full = false, seed, plain = false, direction } = options;
    const [from, to] = (direction as string).split('-') as [Language, Language];
    run.printFacts(MULTI30K);
    const corpus = await loadMulti30k(run.dataFolder(MULTI30K));
    const directed = (pairs: readonly ParallelText[]): TranslatedText[] =>
      pairs.map((pair) => ({ source: pair[from], target: pair[to] }));
    const parts = { train: directed(corpus.train), validation: directed(corpus.validation) };
    const [sources, references] = [
      corpus.test.map((pair) => pair[from]),
      corpus.test.map((pair) => pair[to]),
    ];
    print(
      `${counted(parts.train.length, 'sentence')} to learn from, ${counted(parts.validation.length, 'sentence')} to look at, ${counted(sources.length, 'sentence')} to test.`,
    );
    const sizes = full ? FULL : SHORT;
    const codecs = codecsOf(parts.train, sizes.merges);
    using model = translator(codecs, sizes, plain === true);

    await runCourse(run, {
      kind: `bidirectional GRU → GRU ${plain ? 'without attention' : 'with attention'}`,
      model,
      training: translationTraining(model, codecs, parts, { sizes, seed, fractionDone }),
      unit: 'tokens',
      shown: { bleu: (value) => `BLEU ${value.toFixed(1)}` },
      async comparisons() {
        const said = {
          'the source, copied': sources,
          greedy: await translate(model, codecs, sources, 1),
          [`beam of ${BEAM_SIZE}`]: await translate(model, codecs, sources, BEAM_SIZE),
        };
        return [detokenized(said, references), tokenized(said, references)];
      },
      examples: EXAMPLES[from],
      questions: {
        prompt: `A sentence in ${from === 'de' ? 'German' : 'English'}? `,
        asked: 'sentences',
        answer: (lines) =>
          answersTogether(
            lines,
            (text) => ({ text }),
            async (asked) => {
              const texts = asked.map(({ text }) => text);
              const found = await translate(model, codecs, texts, BEAM_SIZE);
              return found.map((text, i) => `${printable(texts[i]!)} → ${printable(text)}`);
            },
          ),
        atOnce: 100,
      },
    });
  },
};
