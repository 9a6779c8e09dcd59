/** A `ts` block of a page. A program has the output of its run; a fragment has none, and is compiled only. */
export interface PageBlock {
  /** The line of the page where the block's code begins, from 1. */
  readonly line: number;
  /** The code, with what is given to a fragment before it, in a page whose other lines are empty: errors name the page's lines. */
  readonly code: string;
  readonly output?: string;
}

const START = /^(?:<!-- given|```ts|```text)$/gm;

/**
 * Takes the `ts` blocks of a page. A block with a `text` block after it, before the next `ts` block, is a program, and the
 * `text` is what it prints. Any other block is a fragment: what it uses is declared in a comment right before it, which
 * begins with a line `<!-- given` and ends with a line `-->`.
 *
 * @throws where a block has neither output nor such a comment, or both
 */
export function pageBlocks(page: string): PageBlock[] {
  const parts = [...page.matchAll(START)].map(({ 0: start, index }) => partAt(page, start, index));
  return parts.flatMap((part, i) => {
    if (part.start !== '```ts') return [];
    const [before, after] = [parts[i - 1], parts[i + 1]];
    const given = before?.start === '<!-- given' ? before : undefined;
    const output = after?.start === '```text' ? after.content : undefined;
    const where = `pageBlocks: the ts block of line ${part.line}`;
    if (given && output !== undefined) throw new Error(`${where} is a fragment, and has output`);
    if (given) return [{ line: part.line, code: onItsLines(given) + onItsLines(part, given.end) }];
    if (output === undefined)
      throw new Error(`${where} has neither output (a text block) nor a comment "given"`);
    return [{ line: part.line, code: onItsLines(part), output }];
  });
}

interface Part {
  readonly start: string;
  /** The lines of its content, from 1: its first, and the one after its last. */
  readonly line: number;
  readonly end: number;
  readonly content: string;
}

function partAt(page: string, start: string, index: number): Part {
  const from = index + start.length + 1;
  const to = page.indexOf(start.startsWith('```') ? '\n```' : '\n-->', from - 1);
  const line = page.slice(0, from).split('\n').length;
  const content = page.slice(from, to + 1);
  return { start, line, end: line + content.split('\n').length - 1, content };
}

/** A part's content after as many empty lines as bring it to where it stands in the page, counted from a line before it. */
const onItsLines = ({ line, content }: Part, from = 1): string => '\n'.repeat(line - from) + content;
