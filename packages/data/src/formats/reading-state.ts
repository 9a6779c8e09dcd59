import { kind } from '@unroll/backend/checks';
import { CheckpointError, FormatError } from '@unroll/backend/errors';
import type { Json } from '../json.ts';
import { jsonFields } from '../json-fields.ts';

/** Where a reading stands: some rows after the beginning of a block of lines. */
export interface ReadingState {
  /** The names of all */
  readonly files: readonly string[];
  /** The place of the current one among them */
  readonly file: number;
  /** Its bytes; null where that is not known */
  readonly size: number | null;
  /** The byte where the block begins */
  readonly offset: number;
  /** Its first line, from 1 */
  readonly line: number;
  /** Good rows of the block that have been given, or refused by `parse` */
  readonly skip: number;
  /** Bad rows of the block that have been reported, without those that `parse` refused */
  readonly skipBad: number;
  /** Bad rows so far, in all files */
  readonly badRows: number;
  /** What the format knew before the block */
  readonly context: Json;
}

const kinds = {
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

export function startOf(files: readonly string[]): ReadingState {
  return { files, file: 0, size: null, offset: 0, line: 1, skip: 0, skipBad: 0, badRows: 0, context: null };
}

/**
 * A state that came out of JSON.
 *
 * @throws CheckpointError where it is none, or one of other files
 */
export function savedState(json: Json, files: readonly string[]): ReadingState {
  const state = fieldsOf(json);
  const other =
    files.length === state.files.length ? files.findIndex((file, i) => file !== state.files[i]) : 0;
  if (other >= 0) {
    const listed = (names: readonly string[]) =>
      `${names.length} ${names.length === 1 ? 'file' : 'files'}, ${names[other] ?? 'none'}`;
    throw new CheckpointError(
      `The state is of other files: of ${listed(state.files)} at place ${other + 1}; expected ${listed(files)}.`,
    );
  }
  return state;
}

/** @throws CheckpointError where a file's size is not what it was */
export function checkSize(state: ReadingState, size: number | undefined): void {
  if (state.size === null || size === undefined || state.size === size) return;
  const name = state.files[state.file];
  throw new CheckpointError(
    `${name} has ${size} bytes; it had ${state.size} when the state was saved. A reading goes on only in the same file.`,
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
