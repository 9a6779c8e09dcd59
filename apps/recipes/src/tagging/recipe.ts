import { dispose } from '@tensorflow/tfjs-core';
import { padded, words } from '@unroll/data';
import { Option } from 'commander';
import { answersTogether } from '../answers-together.ts';
import { taggingAccuracy } from '../baselines/backoff-tagger.ts';
import { runCourse } from '../course.ts';
import type { Recipe } from '../recipe.ts';
import { counted, percent, printable } from '../terminal/words.ts';
import { CORPORA } from './corpora.ts';
import { codecsOf, encodeWords, tagger, taggingTraining } from './training.ts';

/** Sentences of no corpus */
const EXAMPLES = ['The unrollable network was blorping happily in Zurich .', 'Can you can a can ?'];

export const tagging: Recipe = {
  summary: 'tagging: the part of speech of each word, from words and their characters',
  corpora: Object.values(CORPORA).map(({ facts }) => facts),
  minutes: { short: 10, full: 10 },
  trainingOptions: ['corpus'],
  options: [
    new Option('--corpus <name>', 'Brown news, or the English Web Treebank')
      .choices(Object.keys(CORPORA))
      .default('brown'),
  ],
  async run(run) {
    const { print, options, fractionDone } = run;
    const { facts, load, epochs, dropout, baselines } = CORPORA[options.corpus as string]!;
    run.printFacts(facts);
    const corpus = await load(run.dataFolder(facts));
    const { train, test } = corpus;
    print(`${counted(train.length, 'sentence')} to learn from, ${counted(test.length, 'sentence')} to test.`);
    const codecs = codecsOf(train);
    using model = tagger(codecs, dropout);
    const byBaselines = Object.entries(baselines(train)).map(
      ([name, each]) => [name, taggingAccuracy(each, test)] as const,
    );

    /** Each sentence with the tags of its words */
    async function tagged(sentences: readonly (readonly string[])[]): Promise<string[]> {
      const rows = sentences.map((sentence) => encodeWords(codecs, sentence));
      const { values, lengths } = padded({ batchFirst: true, dtype: 'int32' })(rows);
      const found = await model.predict(values, { lengths }).finally(() => dispose(values));
      return sentences.map((sentence, i) =>
        sentence.map((word, s) => `${printable(word)}/${codecs.tags.tokenOf(found[i]![s]!)}`).join(' '),
      );
    }

    await runCourse(run, {
      kind: 'a bidirectional LSTM over words and their characters',
      model,
      training: taggingTraining(model, codecs, corpus, { seed: options.seed, epochs, fractionDone }),
      unit: 'words',
      shown: { accuracy: (value) => `test ${percent(value)}` },
      comparisons: async (values) => [
        {
          title: 'Accuracy on the words of the test sentences',
          format: percent,
          figures: { ...Object.fromEntries(byBaselines), 'bidirectional LSTM': (await values()).accuracy! },
        },
      ],
      examples: EXAMPLES,
      questions: {
        prompt: 'A sentence? ',
        asked: 'sentences',
        answer: (lines) => answersTogether(lines, tokenize, tagged),
        atOnce: 100,
      },
    });
  },
};

const tokenizer = words();
const tokenize = (line: string): string[] => tokenizer.tokenize(line);
