/** What a schedule reads and writes of a parameter group. */
export interface ScheduledGroup {
  lr: number;
  /** The rate that the schedule started from */
  initialLr?: number;
  /** OneCycleLR's bounds */
  maxLr?: number;
  minLr?: number;
  maxMomentum?: number;
  baseMomentum?: number;
  momentum?: number;
  betas?: readonly [number, number];
}

/** What a schedule needs of an optimizer. */
export interface Scheduled {
  readonly paramGroups: readonly ScheduledGroup[];
}

/** The present rates, by group. */
export const ratesOf = ({ paramGroups }: Scheduled): number[] => paramGroups.map(({ lr }) => lr);
