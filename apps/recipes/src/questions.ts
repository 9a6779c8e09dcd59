import { createInterface } from 'node:readline';

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

/** Answers each line until the input ends; prompts where somebody types. Reads on only when what was read is answered. */
export async function answerLines(
  { prompt, asked, answer, atOnce }: Questions,
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<void> {
  const isTyped = input.isTTY === true;
  const lines = createInterface({ input, output, terminal: isTyped && output.isTTY, prompt });
  const say = async (questions: readonly string[]): Promise<void> => {
    const text = (await answer(questions)).flat().map((line) => `${line}\n`);
    if (text.length > 0 && !output.write(text.join(''))) {
      await new Promise((resolve) => output.once('drain', resolve));
    }
  };
  if (isTyped) {
    output.write(`Ask for more ${asked}; end with Ctrl-D.\n`);
    lines.prompt();
  }
  let waiting: string[] = [];
  for await (const line of lines) {
    waiting.push(line);
    if (!isTyped && waiting.length < atOnce) continue;
    await say(waiting);
    waiting = [];
    if (isTyped) lines.prompt();
  }
  await say(waiting);
  if (isTyped) output.write('\n');
}
