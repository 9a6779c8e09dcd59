export type { StepRequest, StepScorer, StepScores } from './search/step-scorer.ts';
