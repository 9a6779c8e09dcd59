// Readers of files as streams of rows: lines, JSON lines, CoNLL-U. CSV and TSV are in the subpath ./csv. The folder
// files/ provides the bytes.

export type { BadRow, BadRowOptions } from './bad-rows.ts';
export { conllu } from './conllu.ts';
export type { ConlluEmptyNode, ConlluRange, ConlluSentence, ConlluToken } from './conllu-sentence.ts';
export { jsonLines } from './json-lines.ts';
export { lines } from './lines.ts';
export type { ReadOptions } from './read-options.ts';
export type { RowStream, RowsReading } from './row-stream.ts';
