import { checkValue, kind } from '@unroll/backend/checks';
import type { ScheduleNotes } from '../schedule-notes.ts';

/** What a schedule reads and writes of a parameter group. */
export interface ScheduledGroup {
  lr: number;
  momentum?: number;
  betas?: readonly [number, number];
  /** What schedules keep with the group */
  notes?: ScheduleNotes;
}

/** What a schedule needs of an optimizer. */
export interface Scheduled {
  readonly paramGroups: readonly ScheduledGroup[];
}

const optimizerKind = kind.required({
  expected: 'an optimizer',
  fits: (value) => Array.isArray((value as Partial<Scheduled> | null)?.paramGroups),
});

/** Throws unless a schedule is given an optimizer. */
export const checkScheduled = (schedule: string, optimizer: unknown): void =>
  checkValue(schedule, 'optimizer', optimizer, optimizerKind);

/** The present rates, by group. */
export const ratesOf = ({ paramGroups }: Scheduled): number[] => paramGroups.map(({ lr }) => lr);

/** Keeps something with a group. */
export function note(group: ScheduledGroup, notes: ScheduleNotes): void {
  group.notes = { ...group.notes, ...notes };
}
