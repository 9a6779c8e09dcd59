import type { ElementType } from './element-type.ts';

/**
 * A value of a graph under construction. The number of its axes is known. Their sizes are unknown until the graph
 * runs.
 */
export interface Ref {
  readonly name: string;
  readonly type: ElementType;
  readonly rank: number;
  /** The number of elements, which is known for some vectors of integers, mainly shapes. */
  readonly length?: number;
}

/** The type and number of axes of a node's output that has no name yet. */
export type RefType = Omit<Ref, 'name'>;
