import { expect, it } from 'vitest';
import { itWithData } from '../../test/data-folder.ts';
import { loadEmojiPictures, readCaptions, splitEmoji } from './emoji-pictures.ts';

it('reads the words of each name', () => {
  const json = JSON.stringify({
    '8ball': { unicode: '1F3B1', name: 'billiards', shortname: ':8ball:' },
    keycap: { unicode: '0023-20E3', name: 'Keycap – number sign' },
  });
  expect([...readCaptions(json)]).toEqual([
    ['1F3B1.png', ['billiards']],
    ['0023-20E3.png', ['keycap', 'number', 'sign']],
  ]);
});

it('keeps all tones of an emoji in the same part', async () => {
  const image = { data: new Float32Array(0), shape: [0, 0, 4] } as const;
  const pictures = Array.from({ length: 200 }, (_, i) => [
    { caption: ['emoji', `e${i}`], image },
    { caption: ['emoji', `e${i}`, 'tone', '1'], image },
    { caption: ['emoji', `e${i}`, 'tone', '5'], image },
  ]).flat();
  const { train, test } = await splitEmoji(pictures, 1);
  expect(train.length + test.length).toBe(600);
  expect(test.length).toBeGreaterThan(15);
  const known = new Set(train.map(({ caption }) => caption[1]));
  expect(test.filter(({ caption }) => known.has(caption[1]!))).toEqual([]);
  expect((await splitEmoji(pictures, 2)).test).not.toEqual(test);
});

itWithData('has 1,794 pictures of 64×64 pixels with captions of 1,461 different words', async (folder) => {
  const pictures = await loadEmojiPictures(folder);
  expect(pictures).toHaveLength(1794);
  expect(pictures.every(({ image }) => image.shape.join() === '64,64,4')).toBe(true);
  expect(pictures.every(({ caption }) => caption.length > 0)).toBe(true);
  expect(new Set(pictures.flatMap(({ caption }) => caption)).size).toBe(1461);
});
