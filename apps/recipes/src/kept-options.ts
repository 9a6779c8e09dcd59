import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The recipe of a run, and the options on which its training depends, by name. Those that are not given are left out. */
export interface KeptOptions {
  readonly recipe: string;
  readonly [option: string]: string | number | boolean;
}

/** What to do when a folder has a run that cannot go on */
export const OTHER_FOLDER = '--fresh begins anew there, --checkpoints <folder> elsewhere';

/**
 * Writes the options of a run that begins to a file in its folder, and compares those of a run that goes on with that
 * file. Do so before a checkpoint is loaded: with other options, the model may have other shapes.
 *
 * @param begins whether the folder has no checkpoints
 * @throws when the options differ; the error names each
 */
export async function keepOptions(folder: string, options: KeptOptions, begins: boolean): Promise<void> {
  const file = join(folder, 'options.json');
  const kept = begins ? undefined : await textIn(file);
  if (kept === undefined) return await writeFile(file, `${JSON.stringify(options)}\n`, { flush: true });
  const { recipe: theirs, ...before } = JSON.parse(kept) as KeptOptions;
  const { recipe: ours, ...now } = options;
  if (theirs !== ours)
    throw new Error(`the run in ${folder} is of the recipe ${theirs}, not of ${ours}; ${OTHER_FOLDER}`);
  const differing = Object.keys({ ...before, ...now }).filter((name) => before[name] !== now[name]);
  if (differing.length === 0) return;
  const words = differing.map((name) => `--${name} was ${shown(before[name])}, is ${shown(now[name])}`);
  throw new Error(`the run in ${folder} has other options: ${words.join('; ')}; ${OTHER_FOLDER}`);
}

async function textIn(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

function shown(value: string | number | boolean | undefined): string {
  if (value === undefined) return 'not given';
  return value === true ? 'given' : String(value);
}
