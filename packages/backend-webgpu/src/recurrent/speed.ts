/** The measured speed of recurrent programs on an adapter. A term is a multiply-add of the state's product. */
export interface Speed {
  /** Workgroups of a loop program that run at the same time */
  readonly workgroups: number;
  /** Milliseconds of a loop program's step without its product */
  readonly loopStepMs: number;
  /** Milliseconds per term in one workgroup of a loop program */
  readonly loopTermMs: number;
  /** Milliseconds of a step program's dispatch without its product */
  readonly stepMs: number;
  /** Milliseconds per term in a step program that uses the whole GPU */
  readonly stepTermMs: number;
}

/** The speed of an average GPU, for use without a measurement */
export const UNMEASURED: Speed = {
  workgroups: 32,
  loopStepMs: 0.005,
  loopTermMs: 5e-8,
  stepMs: 0.03,
  stepTermMs: 1e-9,
};
