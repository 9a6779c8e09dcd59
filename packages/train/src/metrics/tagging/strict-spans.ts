import type { Span, Tag } from './tag.ts';

/** How spans are written as tags. */
export type TaggingScheme = 'IOB1' | 'IOB2' | 'IOE1' | 'IOE2' | 'IOBES' | 'BILOU';

/**
 * Pairs of adjacent prefixes between which a span starts, continues, or has ended. With = the types must be equal, with
 * ≠ they must differ. A `.` stands for any prefix.
 */
interface Rules {
  readonly prefixes: string;
  readonly start: string;
  readonly inside: string;
  readonly end: string;
}

/** seqeval's strict mode, by scheme. Its IOE1 has no spans that end in E. */
export const schemes: Readonly<Record<TaggingScheme, Rules>> = {
  IOB1: {
    prefixes: 'OBI',
    start: 'OI II≠ BI IB= BB=',
    inside: 'BI= II=',
    end: 'II≠ IO IB BO BI≠ BB=',
  },
  IOB2: { prefixes: 'OBI', start: '.B', inside: 'BI= II=', end: 'IO II≠ IB BO BI≠ BB' },
  IOE1: {
    prefixes: 'OIE',
    start: 'OI II≠ EI EE=',
    inside: 'II= IE=',
    end: 'II≠ IO IE≠ EI= EE=',
  },
  IOE2: { prefixes: 'OIE', start: 'OI OE EI EE II≠ IE≠', inside: 'IE= II=', end: 'E.' },
  IOBES: { prefixes: 'OBIES', start: '.B .S', inside: 'BI= BE= II= IE=', end: 'S. E.' },
  BILOU: { prefixes: 'OBILU', start: '.B .U', inside: 'BI= BL= II= IL=', end: 'U. L.' },
};

const outside: Tag = { prefix: 'O', type: '_' };

/** The spans that are well-formed in the scheme. */
export function strictSpans(tags: readonly Tag[], scheme: TaggingScheme): Span[] {
  const { start: starts, inside, end: ends } = schemes[scheme];
  const at = (i: number) => tags[i] ?? outside;
  const holds = (rules: string, i: number) =>
    rules.split(' ').some((rule) => matches(rule, at(i - 1), at(i)));
  const spans: Span[] = [];
  let i = 0;
  while (i < tags.length) {
    const start = i++;
    if (!holds(starts, start)) continue;
    while (holds(inside, i)) i++;
    if (holds(ends, i)) spans.push({ type: at(start).type, start, end: i });
  }
  return spans;
}

function matches(rule: string, before: Tag, after: Tag): boolean {
  const [first, second, types] = rule;
  return (
    (first === '.' || first === before.prefix) &&
    (second === '.' || second === after.prefix) &&
    (types === undefined || (types === '=') === (before.type === after.type))
  );
}
