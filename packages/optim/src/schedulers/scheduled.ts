import { checkValue, kind } from '@unroll/backend/checks';
import type { ScheduleNotes } from '../schedule-notes.ts';

/** The part of a parameter group that a schedule reads and writes. */
export interface ScheduledGroup {
  lr: number;
  momentum?: number;
  betas?: readonly [number, number];
  /** Values that schedules keep with the group */
  notes?: ScheduleNotes;
}

/** The part of an optimizer that a schedule needs. */
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

/** Adds notes to a group. */
export function note(group: ScheduledGroup, notes: ScheduleNotes): void {
  group.notes = { ...group.notes, ...notes };
}
