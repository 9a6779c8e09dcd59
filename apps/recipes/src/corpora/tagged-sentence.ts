export interface TaggedWord {
  readonly word: string;
  /** The part of speech */
  readonly tag: string;
}

export type TaggedSentence = readonly TaggedWord[];
