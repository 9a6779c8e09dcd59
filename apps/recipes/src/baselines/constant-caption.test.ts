import { expect, it } from 'vitest';
import { medoidCaption, mostFrequentCaption } from './constant-caption.ts';

const captions = ['red cat', 'cat', 'dog', 'dog', 'cat with tail', 'big cat'].map((text) => text.split(' '));

it('answers the most frequent caption', () => {
  expect(mostFrequentCaption(captions)).toEqual(['dog']);
});

it('answers the caption that shares most words with the others', () => {
  expect(medoidCaption(captions)).toEqual(['cat']);
});
