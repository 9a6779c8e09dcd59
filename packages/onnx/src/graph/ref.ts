import type { ElementType } from './element-type.ts';

/** A value of a graph under construction. Sizes of axes are unknown until the graph runs; their number is not. */
export interface Ref {
  readonly name: string;
  readonly type: ElementType;
  readonly rank: number;
  /** The number of elements, known of some vectors of integers: of shapes, above all. */
  readonly length?: number;
}

/** What a node's output is, before it has a name. */
export type RefType = Omit<Ref, 'name'>;
