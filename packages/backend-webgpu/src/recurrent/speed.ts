/** How fast an adapter runs recurrent programs, by measurement. A term is a multiply-add of the state's product. */
export interface Speed {
  /** Workgroups of a loop program that run at the same time */
  readonly workgroups: number;
  /** Milliseconds of a loop program's step beside its product */
  readonly loopStepMs: number;
  /** Milliseconds of a term in one workgroup of a loop program */
  readonly loopTermMs: number;
  /** Milliseconds of a step program's dispatch beside its product */
  readonly stepMs: number;
  /** Milliseconds of a term in a step program, all of the GPU at work */
  readonly stepTermMs: number;
}

/** What a GPU of the middle does, for where nothing is measured */
export const UNMEASURED: Speed = {
  workgroups: 32,
  loopStepMs: 0.005,
  loopTermMs: 5e-8,
  stepMs: 0.03,
  stepTermMs: 1e-9,
};
