import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

/** What answers lines: the terminal's one by one, a pipe's many at a time. */
export interface Questions {
  /** `A word? ` */
  readonly prompt: string;
  /** What is typed there, in the plural: `words` */
  readonly asked: string;
  /** Lines of answer for each of the lines that are asked, in their order; none for an empty one. */
  readonly answer: (lines: readonly string[]) => Promise<readonly (readonly string[])[]>;
  /** Lines of a pipe that are answered at a time */
  readonly atOnce: number;
}

/** Milliseconds without a line after which a pipe's lines so far are answered: who writes it may be waiting for them. */
const PAUSE = 20;

/** What is read from */
type Input = Readable & { readonly isTTY?: boolean };

/** What is written to */
type Output = Writable & { readonly isTTY?: boolean };

/**
 * Answers each line until the input ends; prompts where somebody types and sees it. A pipe is read on when what was read is answered, so that
 * memory does not depend on its length.
 */
export async function answerLines(
  { prompt, asked, answer, atOnce }: Questions,
  input: Input,
  output: Output,
): Promise<void> {
  const isTyped = input.isTTY === true && output.isTTY === true;
  const lines = createInterface({ input, output, terminal: isTyped, prompt });
  // Ctrl-D may come while an answer is looked for.
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
