import { ArgumentError } from '@unroll/backend/errors';

/**
 * The prefix of a tag: outside of spans, or a span's beginning, inside, end or single position. BILOU writes L for E
 * and U for S.
 */
export type Prefix = 'O' | 'B' | 'I' | 'E' | 'S' | 'L' | 'U';

export interface Tag {
  readonly prefix: Prefix;
  /** `'_'` when the tag has no type */
  readonly type: string;
}

/** A run of positions of one type. */
export interface Span {
  readonly type: string;
  /** The first position, and the position after the last */
  readonly start: number;
  readonly end: number;
}

export interface TagStyle {
  /** The valid prefixes */
  readonly prefixes: string;
  /** Whether prefixes come after the type: `PER-B` */
  readonly suffix: boolean;
}

/**
 * Reads `B-PER`, `I`, `O`.
 *
 * @throws when a tag does not have this style
 */
export function parseTags(
  owner: string,
  name: string,
  tags: readonly string[],
  { prefixes, suffix }: TagStyle,
): Tag[] {
  const letter = `[${prefixes}]`;
  const pattern = new RegExp(suffix ? `^(?:(.*)-)?(${letter})$` : `^(${letter})(?:-(.*))?$`, 's');
  return tags.map((tag, i) => {
    const match = pattern.exec(tag);
    if (!match) {
      const shape = suffix ? 'a type, - and' : ', - and a type';
      const letters = [...prefixes].filter((prefix) => prefix !== 'O').join(', ');
      const expected = suffix ? `O, or ${shape} one of ${letters}` : `O, or one of ${letters}${shape}`;
      throw new ArgumentError(owner, `${name}[${i}]`, `is '${tag}'; expected ${expected}`);
    }
    const [prefix, type] = suffix ? [match[2], match[1]] : [match[1], match[2]];
    return { prefix: prefix as Prefix, type: type || '_' };
  });
}
