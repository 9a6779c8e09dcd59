import type { Span, Tag } from './tag.ts';

/**
 * The spans that conlleval finds: runs of positions that are not O, broken before B and S, after E and S, and where the
 * type changes. Badly ordered tags form spans too: an I after O begins one.
 */
export function lenientSpans(tags: readonly Tag[]): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (let i = 1; i <= tags.length; i++) {
    if (i < tags.length && !isBreak(tags[i - 1]!, tags[i]!)) continue;
    const { prefix, type } = tags[start]!;
    if (prefix !== 'O') spans.push({ type, start, end: i });
    start = i;
  }
  return spans;
}

const isBreak = (before: Tag, after: Tag): boolean =>
  'OES'.includes(before.prefix) || 'OBS'.includes(after.prefix) || before.type !== after.type;
