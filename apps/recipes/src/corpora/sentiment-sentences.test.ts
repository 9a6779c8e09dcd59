import { expect, it } from 'vitest';
import { loadSentimentSentences, SENTIMENTS } from './sentiment-sentences.ts';

it('has 500 sentences of each sentiment from each website', () => {
  const sentences = loadSentimentSentences();
  expect(sentences).toHaveLength(3000);
  for (const site of ['imdb', 'yelp', 'amazon'])
    for (const label of SENTIMENTS.keys())
      expect(sentences.filter((each) => each.site === site && each.label === label)).toHaveLength(500);
  expect(sentences.every(({ text }) => text !== '' && text === text.trim())).toBe(true);
  expect(sentences[0]).toEqual({
    text: 'A very, very, very slow-moving, aimless movie about a distressed, drifting young man.',
    label: SENTIMENTS.indexOf('negative'),
    site: 'imdb',
  });
});
