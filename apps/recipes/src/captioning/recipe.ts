import { readFileSync } from 'node:fs';
import { readPng } from '@unroll/data/images';
import { Option } from 'commander';
import { answersTogether, Unanswerable } from '../answers-together.ts';
import { runCourse } from '../course.ts';
import type { Recipe } from '../recipe.ts';
import { counted, percent, printable } from '../terminal/words.ts';
import { type CaptionFigures, captionComparisons } from './comparisons.ts';
import { PICTURE_CORPORA } from './corpora.ts';
import { captioner } from './model.ts';
import { type CaptionedPicture, pictureOf } from './pictures.ts';
import { captionCodec, captionPictures, captionsOf, captionTraining } from './training.ts';

const BEAM_SIZE = 5;
/** Places of pictures to show the captions of, in the test part */
const EXAMPLES = ['1', '2', '3', '5', '8', '13', '21', '34'];

/** A picture that is asked for: its name, and its caption if that is known. */
type Question = Pick<CaptionedPicture, 'picture'> & { name: string; caption?: readonly string[] };

export const captioning: Recipe = {
  summary: 'captioning: convolutions see a picture, an LSTM says the words',
  corpora: Object.values(PICTURE_CORPORA).map(({ facts }) => facts),
  minutes: { short: 5, full: 25 },
  trainingOptions: ['corpus'],
  options: [
    new Option('--corpus <name>', 'Fashion-MNIST, or emoji with their names')
      .choices(Object.keys(PICTURE_CORPORA))
      .default('fashion'),
  ],
  async run(run) {
    const { print, options, fractionDone } = run;
    const { full = false, seed } = options;
    const corpus = PICTURE_CORPORA[options.corpus as string]!;
    const sizes = full ? corpus.full : corpus.short;
    run.printFacts(corpus.facts);
    const parts = await corpus.load(seed, run.dataFolder(corpus.facts));
    const { train, test } = parts;
    print(`${counted(train.length, 'picture')} to learn from, ${counted(test.length, 'picture')} to test.`);
    const [learnt, wanted] = [await captionsOf(train), await captionsOf(test)];
    const codec = captionCodec(learnt);
    using model = captioner(codec, corpus, sizes);

    async function questionOf(line: string): Promise<Question | Unanswerable> {
      const place = Number(line);
      if (Number.isInteger(place) && place >= 1 && place <= test.length)
        return { name: `picture ${place}`, ...(await test.get(place - 1)) };
      if (/^\d+$/.test(line)) return new Unanswerable(`${line}: there are pictures 1 to ${test.length}`);
      try {
        const image = readPng(readFileSync(line), { channels: corpus.channels === 1 ? 2 : 4, name: line });
        return { name: printable(line), picture: pictureOf(image, [corpus.size, corpus.size]) };
      } catch (error) {
        return new Unanswerable(printable(error instanceof Error ? error.message : String(error)));
      }
    }

    async function captions(questions: readonly Question[]): Promise<string[]> {
      const pictures = questions.map(({ picture }) => picture);
      const said = await captionPictures(model, codec, pictures, BEAM_SIZE);
      return questions.map(({ name, caption }, i) => {
        const known = caption ? ` (its name: ${caption.join(' ')})` : '';
        return `${name}: ${said[i]!.join(' ')}${known}`;
      });
    }

    await runCourse(run, {
      kind: 'convolutions with strides, and an LSTM that begins in their vector',
      model,
      training: captionTraining(model, codec, parts, { seed, sizes, fractionDone }),
      unit: 'pictures',
      shown: {
        exact: (value) => `test: captions right ${percent(value)}`,
        f1: (value) => `F1 of words ${percent(value)}`,
      },
      comparisons: async (values) =>
        captionComparisons(corpus.baselines, { learnt, wanted }, (await values()) as CaptionFigures),
      examples: EXAMPLES.filter((place) => Number(place) <= test.length),
      questions: {
        prompt: `A picture, 1 to ${test.length}, or a PNG file? `,
        asked: 'pictures',
        answer: async (lines) => {
          const asked = new Map<string, Question | Unanswerable>();
          for (const line of lines.map((each) => each.trim()).filter(Boolean))
            asked.set(line, await questionOf(line));
          return await answersTogether(lines, (line) => asked.get(line), captions);
        },
        atOnce: 100,
      },
    });
  },
};
