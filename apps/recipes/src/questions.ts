import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

/** Answers lines: those of a terminal one by one, those of a pipe many at a time. */
export interface Questions {
  /** `A word? ` */
  readonly prompt: string;
  /** The plural noun for the expected input: `words` */
  readonly asked: string;
  /** Returns lines of answer for each given line, in order; none for an empty line. */
  readonly answer: (lines: readonly string[]) => Promise<readonly (readonly string[])[]>;
  /** Number of lines of a pipe that are answered at a time */
  readonly atOnce: number;
}

/** After this many milliseconds without a line, the pipe's lines so far are answered: its writer may be waiting. */
const PAUSE = 20;

type Input = Readable & { readonly isTTY?: boolean };
type Output = Writable & { readonly isTTY?: boolean };

/**
 * Answers each line until the input ends. In a terminal it prompts. A pipe is read further only when the lines so far
 * are answered, so that memory does not depend on its length.
 */
export async function answerLines(
  { prompt, asked, answer, atOnce }: Questions,
  input: Input,
  output: Output,
): Promise<void> {
  const isTyped = input.isTTY === true && output.isTTY === true;
  const lines = createInterface({ input, output, terminal: isTyped, prompt });
  // Ctrl-D may arrive while an answer is computed.
  let isOpen = true;
  lines.once('close', () => {
    isOpen = false;
  });
  const say = async (questions: readonly string[]): Promise<void> => {
    const text = (await answer(questions)).flat().map((line) => `${line}\n`);
    if (text.length > 0 && !output.write(text.join(''))) await once(output, 'drain');
  };
  if (isTyped) {
    output.write(`Ask for more ${asked}; end with Ctrl-D.\n`);
    lines.prompt();
  }
  const reading = lines[Symbol.asyncIterator]();
  let next = reading.next();
  for (let waiting: string[] = []; ; ) {
    const found = waiting.length === 0 ? await next : await Promise.race([next, setTimeout(PAUSE)]);
    if (found && !found.done) {
      waiting.push(found.value);
      next = reading.next();
      if (!isTyped && waiting.length < atOnce) continue;
    }
    await say(waiting);
    waiting = [];
    if (found?.done) break;
    if (isTyped && isOpen) lines.prompt();
  }
  if (isTyped) output.write('\n');
}
