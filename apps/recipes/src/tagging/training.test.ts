import { expect, it } from 'vitest';
import { itLearnsTheSame } from '../../test/same-on-backends.ts';
import type { TaggedSentence } from '../corpora/tagged-sentence.ts';
import { codecsOf, encodeWords, type TagBatch, tagger, taggingTraining } from './training.ts';

const sentence = (text: string): TaggedSentence =>
  text.split(' ').map((token) => {
    const [word, tag] = token.split('/') as [string, string];
    return { word, tag };
  });

/** In each of three orders every noun is with every verb. */
const sentences = ['dog', 'cat', 'bird', 'fish'].flatMap((noun) =>
  ['sleeps', 'eats', 'waits'].flatMap((verb) => [
    sentence(`The/D ${noun}/N ${verb}/V ./.`),
    sentence(`A/D small/A ${noun}/N ${verb}/V often/R ./.`),
    sentence(`Often/R the/D ${noun}/N ${verb}/V ./.`),
  ]),
);

itLearnsTheSame('the tagger learns the same on cpu and onnxruntime', {
  steps: 60,
  falls: 0.5,
  begin(fractionDone) {
    const codecs = codecsOf(sentences);
    const model = tagger(codecs);
    const corpus = { train: sentences, test: sentences };
    const training = taggingTraining(model, codecs, corpus, { seed: 1, epochs: 20, fractionDone });
    return { training, use: ({ accuracy }) => expect(accuracy).toBe(1) };
  },
});

it('reads a word in lower case, and its characters as they are, with a mark at each end', () => {
  const codecs = codecsOf([sentence('Ab/X ab/X c/Y')]);
  const { characters, words, tags } = codecs;
  const [ab, c] = encodeWords(codecs, ['Ab', 'c']) as [number[], number[]];
  const { bos, eos } = characters.specialIds;
  expect(ab).toHaveLength(17);
  expect(ab[0]).toBe(words.indexOf('ab'));
  const spelled = [bos, characters.vocabulary.indexOf('A'), characters.vocabulary.indexOf('b'), eos];
  expect(ab.slice(1, 5)).toEqual(spelled);
  expect(ab.slice(5)).toEqual(new Array(12).fill(0));
  // It occurred once.
  expect(c[0]).toBe(0);
  expect(c[2]).toBe(characters.vocabulary.indexOf('c'));
  expect(tags.size).toBe(2);
});

it('reads the last characters of a long word, and marks a character that it has not seen', () => {
  const codecs = codecsOf([sentence('abcdefghijklmnopqrstuvwxyz/X')]);
  const { characters } = codecs;
  const [long, unseen] = encodeWords(codecs, ['abcdefghijklmnopqrstuvwxyz', 'é']) as [number[], number[]];
  expect(characters.vocabulary.decode(long.slice(1, 16)).join('')).toBe('lmnopqrstuvwxyz');
  expect(long[16]).toBe(characters.specialIds.eos);
  expect(unseen.slice(0, 4)).toEqual([
    0,
    characters.specialIds.bos,
    characters.specialIds.unk,
    characters.specialIds.eos,
  ]);
});

it('counts a tag that was not learnt as wrong', async () => {
  const train = [sentence('a/X b/Y')];
  const codecs = codecsOf(train);
  using model = tagger(codecs);
  const corpus = { train, test: [sentence('a/X b/Z')] };
  const { validation, optimizer } = taggingTraining(model, codecs, corpus, {
    seed: 1,
    epochs: 1,
    fractionDone: () => 0,
  });
  using _optimizer = optimizer;
  const wanted: (readonly number[])[] = [];
  for await (const batch of validation!.batches as AsyncIterable<TagBatch>) {
    wanted.push(...batch.wanted);
    for (const tag of await batch.tags.values.data()) expect(tag).toBeLessThan(codecs.tags.size);
    batch.tags.values.dispose();
    batch.words.values.dispose();
  }
  expect(wanted).toEqual([[codecs.tags.indexOf('X'), codecs.tags.size]]);
});
