import { kind } from '@unroll/backend/checks';
import { CheckpointError, FormatError } from '@unroll/backend/errors';
import type { Json } from '../json.ts';
import { jsonFields } from '../json-fields.ts';
import type { RowFormat } from './row-format.ts';

/** The position of a reading: a block of lines, and a number of its rows. */
export interface ReadingState {
  /** The settings on which the rows depend: the format's dialect, and the encoding */
  readonly dialect: Dialect;
  /** The names of all files */
  readonly files: readonly string[];
  /** The index of the current file */
  readonly file: number;
  /** The size of the current file in bytes; null when unknown */
  readonly size: number | null;
  /** The byte at which the block begins */
  readonly offset: number;
  /** The first line of the block, from 1 */
  readonly line: number;
  /** Number of good rows of the block that were yielded, or rejected by `parse` */
  readonly skip: number;
  /** Number of bad rows of the block that were reported, without those that `parse` rejected */
  readonly skipBad: number;
  /** Number of bad rows so far, in all files */
  readonly badRows: number;
  /** The format's context before the block */
  readonly context: Json;
}

type Dialect = RowFormat<unknown>['dialect'];

/** The sources and format that a state must match. */
export interface Readable extends Pick<RowFormat<unknown>, 'dialect' | 'contexts'> {
  /** The names of all files */
  readonly files: readonly string[];
}

const kinds = {
  dialect: kind.required(kind.record),
  files: kind.required(kind.listOf(kind.text, 'an array of names')),
  file: kind.required(kind.whole(0)),
  size: kind.required(kind.either(kind.whole(0), { expected: 'null', fits: (value) => value === null })),
  offset: kind.required(kind.whole(0)),
  line: kind.required(kind.whole(1)),
  skip: kind.required(kind.whole(0)),
  skipBad: kind.required(kind.whole(0)),
  badRows: kind.required(kind.whole(0)),
  context: kind.anything,
};

export function startOf({ dialect, files }: Readable): ReadingState {
  return {
    dialect,
    files,
    file: 0,
    size: null,
    offset: 0,
    line: 1,
    skip: 0,
    skipBad: 0,
    badRows: 0,
    context: null,
  };
}

/**
 * Validates a state that came from JSON.
 *
 * @throws CheckpointError when it is not a state, or belongs to other files, another format or other options
 */
export function savedState(json: Json, { dialect, contexts, files }: Readable): ReadingState {
  const state = fieldsOf(json);
  checkDialect(state.dialect, dialect);
  checkFiles(state, files);
  const { context } = state;
  if (context !== null && !contexts?.fits(context)) {
    const expected = contexts ? `${contexts.expected}, or null` : 'null';
    throw new CheckpointError(`The state's context is ${JSON.stringify(context)}; expected ${expected}.`);
  }
  return state;
}

function checkDialect(saved: Dialect, expected: Dialect): void {
  for (const [name, value] of Object.entries(expected)) {
    const [found, wanted] = [saved[name], value].map((part) => JSON.stringify(part));
    if (found !== wanted) {
      throw new CheckpointError(
        `The state is of a reading with the ${name} ${found}; expected ${wanted}. A reading goes on only as it began.`,
      );
    }
  }
}

function checkFiles({ files: saved, file }: ReadingState, files: readonly string[]): void {
  const other = files.length === saved.length ? files.findIndex((name, i) => name !== saved[i]) : 0;
  if (other >= 0) {
    const listed = (names: readonly string[]) =>
      `${names.length} ${names.length === 1 ? 'file' : 'files'}, ${names[other] ?? 'none'}`;
    throw new CheckpointError(
      `The state is of other files: of ${listed(saved)} at place ${other + 1}; expected ${listed(files)}.`,
    );
  }
  if (file > files.length) {
    throw new CheckpointError(
      `The state is of file ${file}; expected 0 to ${files.length}, where all are read.`,
    );
  }
}

/** @throws CheckpointError when a file's size has changed */
export function checkSize(state: ReadingState, size: number | undefined): void {
  if (state.size === null || size === undefined || state.size === size) return;
  const name = state.files[state.file];
  throw new CheckpointError(
    `${name} has ${size} bytes; it had ${state.size} when the state was saved. A reading goes on only in the same file.`,
  );
}

/** @throws CheckpointError when a file ends before the rows that had been read from it */
export function checkAllSkipped({ files, file, skip, skipBad }: ReadingState): void {
  if (skip + skipBad === 0) return;
  throw new CheckpointError(
    `${files[file]} ends ${skip + skipBad} rows before the place of the state. A reading goes on only in the same file.`,
  );
}

function fieldsOf(json: Json): ReadingState {
  try {
    return jsonFields<ReadingState>('The state of a reading', json, kinds);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new CheckpointError(error.message, { cause: error });
  }
}
