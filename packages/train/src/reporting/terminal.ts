import { ProgressLines, type ProgressWords } from './progress-lines.ts';
import type { Reporter } from './reporter.ts';

/** An output for lines. */
export interface LineStream {
  write(text: string): unknown;
}

/** Shows a run in a page's console, where there is no terminal. */
export const progressIn = (stream: LineStream | undefined, words: ProgressWords): Reporter =>
  new ProgressLines((line) => (stream ? stream.write(line) : console.log(line.trimEnd())), words);
