/** The common columns of tokens and empty nodes; null when the file has `_`. */
interface ConlluWord {
  /** A `_` stays a `_` */
  readonly form: string;
  /** A `_` stays a `_` */
  readonly lemma: string;
  readonly upos: string | null;
  readonly xpos: string | null;
  /** `Case=Nom|Number=Sing` */
  readonly feats: string | null;
  readonly deps: string | null;
  readonly misc: string | null;
}

/** A syntactic word. */
export interface ConlluToken extends ConlluWord {
  /** From 1 */
  readonly id: number;
  /** The id of its head, 0 for the root */
  readonly head: number | null;
  readonly deprel: string | null;
}

/** A written word that consists of several syntactic words: `don't`. */
export interface ConlluRange {
  /** The ids of the first and the last word */
  readonly from: number;
  readonly to: number;
  readonly form: string;
  readonly misc: string | null;
}

/** A word that is not written, which enhanced dependencies use. */
export interface ConlluEmptyNode extends ConlluWord {
  /** `5.1`: the first after word 5 */
  readonly id: string;
}

/** A sentence. */
export interface ConlluSentence {
  /** Lines that begin with `#`, without `#` and the white space after it */
  readonly comments: readonly string[];
  /** The values of comments of the form `# name = value`: `sent_id`, `text` */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tokens: readonly ConlluToken[];
  readonly ranges: readonly ConlluRange[];
  readonly emptyNodes: readonly ConlluEmptyNode[];
}

/** The fault of a sentence, and the line with the fault, from 0. */
export interface SentenceFault {
  readonly line: number;
  readonly reason: string;
}

const COLUMNS = 10;

/** Parses the lines of a sentence. */
export function sentenceOf(lines: readonly string[]): ConlluSentence | SentenceFault {
  const comments: string[] = [];
  const tokens: ConlluToken[] = [];
  const ranges: ConlluRange[] = [];
  const emptyNodes: ConlluEmptyNode[] = [];
  for (const [line, content] of lines.entries()) {
    if (content.startsWith('#')) {
      comments.push(content.slice(1).trim());
      continue;
    }
    const columns = content.split('\t');
    const [id, form, , , , , head, deprel, , misc] = columns;
    if (columns.length !== COLUMNS) return { line, reason: `${columns.length} columns; expected ${COLUMNS}` };
    const empty = columns.indexOf('');
    if (empty >= 0) return { line, reason: `column ${empty + 1} is empty; expected _ for none` };
    const place = placeOf(id!);
    const next = tokens.length + 1;
    if (place?.kind === 'word' && place.id === next) {
      const number = head === '_' ? null : Number(head);
      if (number !== null && !/^\d+$/.test(head!))
        return { line, reason: `the head is '${head}'; expected a number` };
      tokens.push({ id: next, ...wordOf(columns), head: number, deprel: orNull(deprel!) });
    } else if (place?.kind === 'range' && place.from === next && place.to > place.from) {
      ranges.push({ from: next, to: place.to, form: form!, misc: orNull(misc!) });
    } else if (place?.kind === 'empty' && place.after === tokens.length) {
      emptyNodes.push({ id: id!, ...wordOf(columns) });
    } else return { line, reason: `the id is '${id}'; expected ${next}` };
  }
  const line = lines.length - 1;
  const last = tokens.length;
  if (last === 0) return { line, reason: 'a sentence without a word' };
  const open = ranges.find(({ to }) => to > last);
  if (open) return { line, reason: `the words end at ${last}; expected them to ${open.to}, as a range says` };
  const far = tokens.find(({ head }) => head !== null && head > last);
  if (far) return { line, reason: `the head of word ${far.id} is ${far.head}; the last word is ${last}` };
  return { comments, metadata: metadataOf(comments), tokens, ranges, emptyNodes };
}

type Place =
  | { readonly kind: 'word'; readonly id: number }
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'empty'; readonly after: number };

function placeOf(id: string): Place | undefined {
  const [, first, sign, second] = /^(\d+)(?:([-.])(\d+))?$/.exec(id) ?? [];
  if (first === undefined) return undefined;
  if (sign === '-') return { kind: 'range', from: Number(first), to: Number(second) };
  return sign === '.' ? { kind: 'empty', after: Number(first) } : { kind: 'word', id: Number(first) };
}

function wordOf(columns: readonly string[]): ConlluWord {
  const [, form, lemma, upos, xpos, feats, , , deps, misc] = columns as ConlluColumns;
  return {
    form,
    lemma,
    upos: orNull(upos),
    xpos: orNull(xpos),
    feats: orNull(feats),
    deps: orNull(deps),
    misc: orNull(misc),
  };
}

type ConlluColumns = [string, string, string, string, string, string, string, string, string, string];

const orNull = (column: string): string | null => (column === '_' ? null : column);

function metadataOf(comments: readonly string[]): Record<string, string> {
  const pairs = comments.flatMap((comment) => {
    const [, name, value] = /^([^=]*?)\s*=\s*(.*)$/.exec(comment) ?? [];
    return name && value !== undefined ? [[name, value] as const] : [];
  });
  return Object.fromEntries(pairs);
}
