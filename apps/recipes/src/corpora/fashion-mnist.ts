import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipped, type Source } from '@unroll/data';
import { bytesOf } from './bytes-of.ts';
import type { CorpusFacts } from './corpus-facts.ts';
import { readIdx } from './idx.ts';
import { openCorpus } from './open-corpus.ts';
import type { TrainAndTest } from './train-and-test.ts';

const REPOSITORY = 'zalandoresearch/fashion-mnist';

export const FASHION_MNIST: CorpusFacts = {
  name: 'Fashion-MNIST',
  licence: 'MIT',
  source: `https://github.com/${REPOSITORY}`,
  files:
    "train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, and the same of t10k (also those of Debian's dataset-fashion-mnist), directly or in fashion-mnist",
};

/** The index is the class. */
export const CLOTHES = [
  'T-shirt/top',
  'trouser',
  'pullover',
  'dress',
  'coat',
  'sandal',
  'shirt',
  'sneaker',
  'bag',
  'ankle boot',
] as const;

export interface ClothesPicture {
  /** 28 rows of 28 grey values, 0 to 255 */
  readonly pixels: Uint8Array;
  /** Index in `CLOTHES` */
  readonly label: number;
}

const files = (sums: Readonly<Record<string, readonly [size: number, sha256: string]>>) =>
  Object.entries(sums).map(([name, [size, sha256]]) => ({
    url: `https://raw.githubusercontent.com/${REPOSITORY}/b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion/${name}`,
    size,
    sha256,
  }));

/**
 * Sizes and checksums were verified on the bytes of Debian's files with the headers of gzip that the originals have:
 * their names, and times of August 2017.
 */
const FILES = files({
  'train-images-idx3-ubyte.gz': [
    26_421_880,
    '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
  ],
  'train-labels-idx1-ubyte.gz': [29_515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'],
  't10k-images-idx3-ubyte.gz': [
    4_422_102,
    '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
  ],
  't10k-labels-idx1-ubyte.gz': [5148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'],
});

/** Debian's package dataset-fashion-mnist has the same pictures, compressed again. */
const DEBIAN_FILES = files({
  'train-images-idx3-ubyte.gz': [
    26_421_856,
    'b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7',
  ],
  'train-labels-idx1-ubyte.gz': [29_491, '0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056'],
  't10k-images-idx3-ubyte.gz': [
    4_422_079,
    'cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa',
  ],
  't10k-labels-idx1-ubyte.gz': [5125, '8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05'],
});

/** Pairs the pictures of a file `…-images-idx3-ubyte` with the labels of a file `…-labels-idx1-ubyte`. */
export async function readClothes(images: Source, labels: Source): Promise<ClothesPicture[]> {
  const { shape, data } = readIdx(await bytesOf(images), images.name);
  const size = shape.slice(1).reduce((a, b) => a * b, 1);
  return Array.from(readIdx(await bytesOf(labels), labels.name).data, (label, i) => ({
    pixels: data.subarray(i * size, (i + 1) * size),
    label,
  }));
}

/** 70,000 pictures of clothes (Xiao et al. 2017), of which 10,000 are for the test. */
export async function loadFashionMnist(folder?: string): Promise<TrainAndTest<ClothesPicture>> {
  const name = 'fashion-mnist';
  const description = {
    name,
    licence: FASHION_MNIST.licence,
    files: folder !== undefined && (await isDebians(folder, name)) ? DEBIAN_FILES : FILES,
  };
  const opened = (await openCorpus(description, folder)).files.map(gunzipped);
  const [trainImages, trainLabels, testImages, testLabels] = opened as [Source, Source, Source, Source];
  return {
    train: await readClothes(trainImages, trainLabels),
    test: await readClothes(testImages, testLabels),
  };
}

async function isDebians(folder: string, name: string): Promise<boolean> {
  const file = 't10k-labels-idx1-ubyte.gz';
  const size = DEBIAN_FILES.find(({ url }) => url.endsWith(file))!.size;
  const paths = [join(folder, file), join(folder, name, file)];
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  return found.some((stats) => stats?.size === size);
}
