import { ProgressLines, type ProgressWords } from './progress-lines.ts';
import type { Reporter } from './reporter.ts';

/** Where lines can be written to. */
export interface LineStream {
  write(text: string): unknown;
}

/** Shows a run where there is no terminal: on the page's console. */
export const progressIn = (stream: LineStream | undefined, words: ProgressWords): Reporter =>
  new ProgressLines((line) => (stream ? stream.write(line) : console.log(line.trimEnd())), words);
