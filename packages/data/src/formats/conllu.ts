import { checkOptions } from '@unroll/backend/checks';
import type { Source } from '../files/source.ts';
import { type ConlluSentence, sentenceOf } from './conllu-sentence.ts';
import { splitLines } from './line-ends.ts';
import { type ReadOptions, readKinds } from './read-options.ts';
import type { BadPlace, RowFormat } from './row-format.ts';
import { type RowStream, rowStream } from './row-stream.ts';
import { UNDECODABLE, undecodableIn } from './walk-lines.ts';

/**
 * Sentences in CoNLL-U, the format of Universal Dependencies. A sentence with an invalid line is a bad row, and the
 * report names that line.
 *
 * @example
 * for await (const { tokens } of conllu(fileSource('en_ewt-ud-train.conllu'))) {
 *   console.log(tokens.map(({ form, upos }) => `${form}/${upos}`).join(' '));
 * }
 *
 * @see https://universaldependencies.org/format.html
 */
export function conllu(
  sources: Source | readonly Source[],
  options: ReadOptions = {},
): RowStream<ConlluSentence> {
  return rowStream('conllu', sources, format, checkOptions('conllu', options, readKinds));
}

const format: RowFormat<ConlluSentence> = {
  dialect: { format: 'conllu' },
  read(block) {
    const { text, line, last, context } = block;
    const all = splitLines(text);
    const values: ConlluSentence[] = [];
    const places: number[] = [];
    const bad: BadPlace[] = [];
    const report = (at: number, reason: string) =>
      bad.push({ at: values.length, line: line + at, reason, text: all[at]! });
    let start = 0;
    const sentence = (end: number) => {
      const unreadable = undecodableIn(block, start, end);
      if (unreadable >= 0) report(unreadable, UNDECODABLE);
      else {
        const read = sentenceOf(all.slice(start, end));
        if ('reason' in read) report(start + read.line, read.reason);
        else {
          values.push(read);
          places.push(line + start);
        }
      }
    };
    for (const [i, content] of all.entries()) {
      if (content.trim() !== '') continue;
      if (i > start) sentence(i);
      start = i + 1;
    }
    if (last && start < all.length) {
      sentence(all.length);
      start = all.length;
    }
    const rest = all.length - start;
    return { values, lineOf: (i) => places[i]!, bad, lines: start, rest, context };
  },
};
