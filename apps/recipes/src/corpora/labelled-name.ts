/** The kinds of first names. The index is the class. */
export const CLASSES = ['female', 'male'] as const;

export interface LabelledName {
  /** Lower case */
  readonly name: string;
  /** Index in `CLASSES` */
  readonly label: number;
}
