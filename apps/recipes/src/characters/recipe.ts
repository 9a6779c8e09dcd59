import { defaultGenerator } from '@unroll/nn';
import { answersTogether } from '../answers-together.ts';
import { characterNgrams } from '../baselines/character-ngrams.ts';
import { loadTinyShakespeare, TINY_SHAKESPEARE } from '../corpora/tiny-shakespeare.ts';
import { runCourse } from '../course.ts';
import { interpolated, natsOf } from '../measures/nats.ts';
import type { Recipe } from '../recipe.ts';
import { counted, printable } from '../terminal/words.ts';
import { dynamicEvaluation } from './dynamic-evaluation.ts';
import { characterCodec, characterModel, characterTraining, FULL, SHORT, STEPS } from './training.ts';

const ORDER = 5;
/** Of the n-grams in the mixture with the LSTM: the best on the last ninth of the training part, by a model of the rest */
const NGRAM_WEIGHT = 0.3;
/** Characters of the training part that the model reads before the test */
const CONTEXT = 1 + 8 * STEPS;
/** Of the model that goes on learning while it reads the test */
const LEARNING_RATE = 5e-4;
/** Characters that follow a prompt */
const LENGTH = 200;

export const characters: Recipe = {
  summary: 'characters: a language model of Shakespeare, which goes on writing',
  corpora: [TINY_SHAKESPEARE],
  minutes: { short: 3, full: 60 },
  async run(run) {
    const { print, options, fractionDone } = run;
    run.printFacts(TINY_SHAKESPEARE);
    const { train, test } = await loadTinyShakespeare(run.dataFolder(TINY_SHAKESPEARE));
    print(
      `${counted(train.length, 'character')} to learn from, ${test.length.toLocaleString('en')} to test.`,
    );
    const codec = characterCodec(train);
    const sizes = options.full === true ? FULL : SHORT;
    using model = characterModel(codec, sizes);

    /** A prompt with what the model writes after it */
    async function written(prompts: readonly { prompt: string }[]): Promise<string[]> {
      const texts: string[] = [];
      for (const { prompt } of prompts) {
        const tokens = await model.sample(codec.encode(prompt), {
          length: LENGTH,
          temperature: 0.7,
          bannedTokens: [codec.specialIds.unk!],
          generator: defaultGenerator,
        });
        texts.push(`${printable(prompt)}${codec.decode(tokens)}`.replaceAll('\n', '\n  '));
      }
      return texts;
    }

    await runCourse(run, {
      kind: `${counted(sizes.numLayers, 'LSTM layer')} over characters`,
      model,
      training: characterTraining(model, codec, train, { sizes, fractionDone }),
      unit: 'characters',
      shown: {},
      comparisons: async () => {
        // The last characters of the training part are the context of the first ones of the test.
        const tokens = codec.encode(train.slice(-CONTEXT) + test);
        const { tokenLogProbs } = await model.score(tokens);
        const ofTest = tokenLogProbs.slice(CONTEXT - 1);
        const ofNgrams = characterNgrams(train, ORDER)(test);
        using learner = characterModel(codec, { ...sizes, dropout: 0 }, 1);
        learner.loadStateDict(model.stateDict());
        const learning = { context: CONTEXT, steps: STEPS, lr: LEARNING_RATE };
        return [
          {
            title: 'Nats a character of the last tenth',
            format: (nats) => nats.toFixed(3),
            figures: {
              [`${ORDER}-grams, Kneser-Ney`]: natsOf(ofNgrams),
              LSTM: natsOf(ofTest),
              [`LSTM and ${ORDER}-grams, mixed`]: natsOf(interpolated(ofTest, ofNgrams, NGRAM_WEIGHT)),
              'LSTM, learning as it reads': await dynamicEvaluation(learner, tokens, learning),
            },
          },
        ];
      },
      examples: ['ROMEO:'],
      questions: {
        prompt: 'A beginning? ',
        asked: 'beginnings',
        answer: (lines) => answersTogether(lines, (prompt) => ({ prompt }), written),
        atOnce: 10,
      },
    });
  },
};
