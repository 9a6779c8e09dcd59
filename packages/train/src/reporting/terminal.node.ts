import { ProgressBar } from './progress-bar.ts';
import { ProgressLines, type ProgressWords } from './progress-lines.ts';
import type { Reporter } from './reporter.ts';
import type { LineStream } from './terminal.ts';

/** Shows a run as a bar in a terminal, and as lines in a pipe. */
export function progressIn(
  stream: (LineStream & { readonly isTTY?: boolean }) | undefined,
  words: ProgressWords,
): Reporter {
  const out = stream ?? process.stderr;
  if (out.isTTY && process.env.TERM !== 'dumb') return new ProgressBar(out as NodeJS.WriteStream, words);
  return new ProgressLines((line) => out.write(line), words);
}
