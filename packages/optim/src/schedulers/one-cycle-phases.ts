export type AnnealStrategy = 'cos' | 'linear';

/** The options that determine a cycle's course. */
export interface Cycle {
  totalSteps: number;
  pctStart: number;
  annealStrategy: AnnealStrategy;
  cycleMomentum: boolean;
  threePhase: boolean;
}

/**
 * A phase begins where the previous one ended. It moves the rate and the momentum between two of a group's bounds
 * until `endStep`.
 */
interface Phase {
  readonly endStep: number;
  readonly lr: readonly ['initialLr' | 'maxLr', 'initialLr' | 'maxLr' | 'minLr'];
  readonly momentum: readonly ['maxMomentum' | 'baseMomentum', 'maxMomentum' | 'baseMomentum'];
}

/** From `start` to `end` while `pct` goes from 0 to 1. */
const anneal: Readonly<Record<AnnealStrategy, (start: number, end: number, pct: number) => number>> = {
  cos: (start, end, pct) => end + ((start - end) / 2) * (Math.cos(Math.PI * pct) + 1),
  linear: (start, end, pct) => (end - start) * pct + start,
};

/** The bounds between which a cycle moves at a step, and a function that interpolates between them. */
export function placeIn(
  cycle: Cycle,
  step: number,
): Pick<Phase, 'lr' | 'momentum'> & { between: (start: number, end: number) => number } {
  const phases = phasesOf(cycle);
  const found = phases.findIndex((phase) => step <= phase.endStep);
  const at = found < 0 ? phases.length - 1 : found;
  const { endStep, lr, momentum } = phases[at]!;
  const startStep = at === 0 ? 0 : phases[at - 1]!.endStep;
  // Only the last phase can have no length. Only the step after the cycle's last step reaches it then, at its end.
  const pct = endStep === startStep ? 1 : (step - startStep) / (endStep - startStep);
  return { lr, momentum, between: (start, end) => anneal[cycle.annealStrategy](start, end, pct) };
}

/** Whether the first phase ends at step 0, where it begins. */
export function risesAtOnce(cycle: Cycle): boolean {
  return phasesOf(cycle)[0]!.endStep === 0;
}

function phasesOf({ totalSteps, pctStart, threePhase }: Cycle): readonly [Phase, ...Phase[]] {
  const rise: Phase = {
    endStep: pctStart * totalSteps - 1,
    lr: ['initialLr', 'maxLr'],
    momentum: ['maxMomentum', 'baseMomentum'],
  };
  const last = totalSteps - 1;
  if (!threePhase) {
    return [rise, { endStep: last, lr: ['maxLr', 'minLr'], momentum: ['baseMomentum', 'maxMomentum'] }];
  }
  return [
    rise,
    {
      endStep: 2 * pctStart * totalSteps - 2,
      lr: ['maxLr', 'initialLr'],
      momentum: ['baseMomentum', 'maxMomentum'],
    },
    { endStep: last, lr: ['initialLr', 'minLr'], momentum: ['maxMomentum', 'maxMomentum'] },
  ];
}
