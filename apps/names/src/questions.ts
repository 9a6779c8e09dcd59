import { createInterface } from 'node:readline';
import { CLASSES, normalise } from './name-lists.ts';
import { percent } from './percent.ts';

/** A line that answers one name. */
export type Answer = (name: string) => Promise<string>;

/** Makes answers of a model's probabilities; names of both lists are told apart by no model. */
export function answers(
  probabilitiesOf: (name: string) => Promise<readonly number[]>,
  ambiguous: ReadonlySet<string>,
): Answer {
  return async (text) => {
    const shown = text.trim();
    if (shown === '') return '';
    const name = normalise(shown);
    if (!/\p{Letter}/u.test(name)) return `  ${shown}: that has no letters; try a first name`;
    const probabilities = await probabilitiesOf(name);
    const best = probabilities.indexOf(Math.max(...probabilities));
    const both = ambiguous.has(name) ? ', though it is in both lists' : '';
    return `  ${shown}: ${CLASSES[best]} (${percent(probabilities[best]!)}${both})`;
  };
}

/** Answers a name a line until the input ends; prompts where somebody types. */
export async function takeQuestions(
  answer: Answer,
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<void> {
  const lines = createInterface({ input, output, terminal: input.isTTY && output.isTTY, prompt: 'A name? ' });
  if (input.isTTY) {
    output.write('Ask for more names; end with Ctrl-D.\n');
    lines.prompt();
  }
  for await (const line of lines) {
    const text = await answer(line);
    if (text !== '') output.write(`${text}\n`);
    if (input.isTTY) lines.prompt();
  }
  if (input.isTTY) output.write('\n');
}
