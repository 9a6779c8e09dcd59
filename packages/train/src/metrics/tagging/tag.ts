import { ArgumentError } from '@unroll/backend/errors';

/** What a tag says of its place: outside of spans, or a span's beginning, inside, end or only place. L and U are BILOU's E and S. */
export type Prefix = 'O' | 'B' | 'I' | 'E' | 'S' | 'L' | 'U';

export interface Tag {
  readonly prefix: Prefix;
  /** `'_'` where the tag names none */
  readonly type: string;
}

/** A run of places of one type. */
export interface Span {
  readonly type: string;
  /** The first place, and the one after the last */
  readonly start: number;
  readonly end: number;
}

export interface TagStyle {
  /** The prefixes that there are */
  readonly prefixes: string;
  /** Whether they stand after the type: `PER-B` */
  readonly suffix: boolean;
}

/**
 * Reads `B-PER`, `I`, `O`.
 *
 * @throws where one is no tag of the style
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
