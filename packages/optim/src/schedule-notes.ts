import { kind } from '@unroll/backend/checks';

/** Values that schedules keep with a parameter group. They are saved among the group's options, as in PyTorch. */
export interface ScheduleNotes {
  /** The rate that a schedule started from */
  initialLr?: number;
  /** OneCycleLR's bounds */
  maxLr?: number;
  minLr?: number;
  maxMomentum?: number;
  baseMomentum?: number;
}

/** The kinds of `ScheduleNotes`. Their names tell a saved group's notes from its options. */
export const noteKinds: { readonly [Name in keyof ScheduleNotes]-?: kind.Kind } = {
  initialLr: kind.number,
  maxLr: kind.number,
  minLr: kind.number,
  maxMomentum: kind.number,
  baseMomentum: kind.number,
};
