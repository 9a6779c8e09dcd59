import { kind } from '@unroll/backend/checks';

/** What schedules keep with a parameter group. PyTorch saves it among the group's options, so it is saved there. */
export interface ScheduleNotes {
  /** The rate that a schedule started from */
  initialLr?: number;
  /** OneCycleLR's bounds */
  maxLr?: number;
  minLr?: number;
  maxMomentum?: number;
  baseMomentum?: number;
}

/** What `ScheduleNotes` have to be; the names by which a saved group's are told from its options. */
export const noteKinds: { readonly [Name in keyof ScheduleNotes]-?: kind.Kind } = {
  initialLr: kind.number,
  maxLr: kind.number,
  minLr: kind.number,
  maxMomentum: kind.number,
  baseMomentum: kind.number,
};
