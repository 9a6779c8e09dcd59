import { bytesSource } from '@unroll/data';
import { expect, it } from 'vitest';
import { itWithData } from '../../test/data-folder.ts';
import { CLOTHES, loadFashionMnist, readClothes } from './fashion-mnist.ts';

const idx = (shape: readonly number[], data: readonly number[]) =>
  Uint8Array.from([
    0,
    0,
    8,
    shape.length,
    ...shape.flatMap((length) => [0, 0, length >> 8, length & 255]),
    ...data,
  ]);

it('pairs pictures with labels', async () => {
  const images = bytesSource(idx([2, 1, 3], [1, 2, 3, 4, 5, 255]));
  const labels = bytesSource(idx([2], [9, 0]));
  const pictures = await readClothes(images, labels);
  expect(pictures.map(({ pixels, label }) => [[...pixels], label])).toEqual([
    [[1, 2, 3], 9],
    [[4, 5, 255], 0],
  ]);
});

it('says what is wrong with a file', async () => {
  const labels = bytesSource(idx([1], [0]));
  const short = readClothes(bytesSource(idx([2, 1, 3], [1, 2, 3]), 'images'), labels);
  await expect(short).rejects.toThrow('images: it has 3 numbers; expected 6');
  const other = readClothes(bytesSource('GIF89a', 'images'), labels);
  await expect(other).rejects.toThrow('images: it is no IDX file of unsigned bytes');
});

itWithData('has 6,000 pictures of each class to learn from, and 1,000 for the test', async (folder) => {
  const { train, test } = await loadFashionMnist(folder);
  for (const label of CLOTHES.keys())
    expect([train, test].map((part) => part.filter((each) => each.label === label).length)).toEqual([
      6000, 1000,
    ]);
  expect(train.every(({ pixels }) => pixels.length === 28 * 28)).toBe(true);
});
