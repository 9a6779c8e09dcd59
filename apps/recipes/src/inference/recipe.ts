import { dispose } from '@tensorflow/tfjs-core';
import { padded } from '@unroll/data';
import { evaluate } from '@unroll/train';
import { answersTogether, Unanswerable } from '../answers-together.ts';
import { majorityClass } from '../baselines/majority-class.ts';
import { ENTAILMENTS, loadSick, SICK } from '../corpora/sick.ts';
import { runCourse } from '../course.ts';
import type { Recipe } from '../recipe.ts';
import { counted, percent, printable } from '../terminal/words.ts';
import { judgedPairs, lengthsOf, pairClassifier, pairCodec, pairTraining } from './training.ts';

/** Pairs of no corpus */
const EXAMPLES = [
  'A dog is running on the beach | A dog is moving',
  'A dog is running on the beach | There is no dog running on the beach',
  'A dog is running on the beach | A woman is slicing a tomato',
];

export const inference: Recipe = {
  summary: 'inference: whether a sentence follows from another, contradicts it, or neither',
  corpora: [SICK],
  minutes: { short: 5, full: 5 },
  async run(run) {
    const { print, options, fractionDone } = run;
    run.printFacts(SICK);
    const { train, trial, test } = await loadSick(run.dataFolder(SICK));
    print(
      `${counted(train.length, 'pair')} to learn from, ${trial.length} to look at, ${test.length} to test.`,
    );
    const codec = pairCodec(train);
    using model = pairClassifier(codec);
    const labels = (pairs: typeof train) => pairs.map(({ label }) => label);
    const majority = majorityClass(labels(train), ENTAILMENTS.length);

    /** The class of each pair of sentences in words, with its probability */
    async function classes(pairs: readonly (readonly string[])[]): Promise<string[]> {
      const [first, second] = [0, 1].map((side) =>
        padded({ batchFirst: true })(pairs.map((pair) => codec.encode(pair[side]!))),
      ) as [ReturnType<ReturnType<typeof padded>>, ReturnType<ReturnType<typeof padded>>];
      const found = await model
        .predict(first.values, second.values, lengthsOf({ first, second }))
        .finally(() => dispose([first.values, second.values]));
      return found.map(
        ({ label, probability }, i) =>
          `${pairs[i]!.map(printable).join(' | ')}: ${ENTAILMENTS[label]!.toLowerCase()} (${percent(probability)})`,
      );
    }

    await runCourse(run, {
      kind: 'a bidirectional LSTM reads both sentences, and their words are aligned',
      model,
      training: pairTraining(model, codec, { train, heldOut: trial }, { seed: options.seed, fractionDone }),
      unit: 'pairs',
      shown: { accuracy: (value) => `trial ${percent(value)}` },
      comparisons: async () => [
        {
          title: 'Accuracy on the test pairs',
          format: percent,
          figures: {
            'majority class': labels(test).filter((label) => label === majority).length / test.length,
            'bidirectional LSTM, aligned': (await evaluate(model, judgedPairs(model, codec, test))).accuracy!,
          },
        },
      ],
      examples: EXAMPLES,
      questions: {
        prompt: 'A sentence | another? ',
        asked: 'pairs',
        answer: (lines) => answersTogether(lines, readPair, classes),
        atOnce: 250,
      },
    });
  },
};

function readPair(line: string): string[] | Unanswerable {
  const pair = line.split('|').map((sentence) => sentence.trim());
  if (pair.length === 2 && pair.every((sentence) => sentence !== '')) return pair;
  return new Unanswerable(`${printable(line)}: expected two sentences with | between them`);
}
