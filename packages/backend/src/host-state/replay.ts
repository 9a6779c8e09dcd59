/*
 * A backend may capture what a function computes and replay it without calling the function again. Host state that the
 * function moves on with each call, such as an optimizer's count of steps or a generator's position, then has to move on
 * with each replay too. Host state that decides what is computed has to be what it was at the capture. These functions mark both
 * kinds; where nothing is being captured they just run.
 */

/** Takes back what an effect has done. */
export interface Undo {
  (): void;
  /** Whether it stays moved when the step fails, as a generator stays that has drawn */
  readonly outlivesFailure?: boolean;
}

/** Moves host state on, and returns how that is taken back. */
export type Effect = () => Undo;

/** What a capture has to know of the host state that its function used. */
export interface HostState {
  /** To be run before each replay, in their order */
  readonly effects: readonly Effect[];
  /** Attributes that effects compute anew: a graph's structure that depends on them has to be what it was. */
  readonly liveAttrs: ReadonlySet<object>;
  /** Whether all that decided what is computed is as it was when the function was captured. */
  isUnchanged(): boolean;
  /** Takes back what the function has moved on: all of it, or what a step that fails takes back. */
  undo(what?: 'all' | 'as failed'): void;
}

interface Observed {
  readonly effects: Effect[];
  readonly undos: Undo[];
  readonly liveAttrs: Set<object>;
  readonly guards: { readonly state: () => unknown; readonly was: string }[];
}

let observed: Observed | undefined;

/** Runs an effect on host state now, and again at each replay of a capture that is under way. */
export function replayable(effect: Effect): Undo {
  const undo = effect();
  observed?.effects.push(effect);
  observed?.undos.push(undo);
  return undo;
}

const nothingToUndo: Undo = () => {};

/**
 * Attributes of a kernel that come from host state: computed now, and again, into the same object, at each replay.
 *
 * @param snapshot for a `compute` that moves host state on: called before it, returns how to take that back
 *
 * @example
 * runKernel(PhiloxDropout, { x }, liveAttrs(() => ({ p, ...generator.nextMask() }), () => generator.snapshot()));
 */
export function liveAttrs<Attrs extends object>(compute: () => Attrs, snapshot?: () => Undo): Attrs {
  const attrs = {} as Attrs;
  observed?.liveAttrs.add(attrs);
  replayable(() => {
    const back = snapshot?.() ?? nothingToUndo;
    Object.assign(attrs, compute());
    return Object.assign(() => back(), { outlivesFailure: true });
  });
  return attrs;
}

/**
 * Says that what is computed depends on host state: where it has changed, a captured function is called again.
 *
 * @param state gives the state as JSON knows it
 */
export function dependsOn(state: () => unknown): void {
  observed?.guards.push({ state, was: JSON.stringify(state()) });
}

/**
 * Runs `f` and returns, beside its result, what host state it used. For backends.
 *
 * @param onError whether host state stays as it has moved where `f` throws
 */
export function observeHostState<Result>(
  f: () => Result,
  onError: 'and keep' | 'or undo' = 'and keep',
): { result: Result; hostState: HostState } {
  const outer = observed;
  const inner: Observed = { effects: [], undos: [], liveAttrs: new Set(), guards: [] };
  observed = inner;
  const undo = (what: 'all' | 'as failed' = 'all'): void => {
    for (const back of inner.undos.splice(0).reverse()) if (what === 'all' || !back.outlivesFailure) back();
  };
  try {
    const result = f();
    const { effects, liveAttrs, guards } = inner;
    const isUnchanged = (): boolean => guards.every(({ state, was }) => JSON.stringify(state()) === was);
    return { result, hostState: { effects, liveAttrs, isUnchanged, undo } };
  } catch (error) {
    if (onError === 'or undo') undo();
    throw error;
  } finally {
    observed = outer;
  }
}
