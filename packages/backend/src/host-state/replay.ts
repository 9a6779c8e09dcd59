/*
 * A backend may capture the computation of a function and replay it without calling the function again. Some host state
 * changes with each call, such as an optimizer's step count or a generator's position. This state has to change with
 * each replay too. Other host state decides what is computed. This state has to be the same as at the capture. These
 * functions mark both kinds of state; if nothing is being captured, they only run their argument.
 */

/** Undoes an effect. */
export interface Undo {
  (): void;
  /** Whether the effect remains when the step fails: a generator that has drawn does not go back */
  readonly outlivesFailure?: boolean;
}

/** Changes host state, and returns how to undo the change. */
export type Effect = () => Undo;

/** The host state that a captured function used. */
export interface HostState {
  /** Effects to run before each replay, in this order */
  readonly effects: readonly Effect[];
  /**
   * Attributes that effects compute again. If a graph's structure depends on them, they must have their values from the
   * capture.
   */
  readonly liveAttrs: ReadonlySet<object>;
  /** Whether all state that decides the computation is as it was when the function was captured. */
  isUnchanged(): boolean;
  /** Undoes the changes that the function made: all of them, or only those that a failed step undoes. */
  undo(what?: 'all' | 'as failed'): void;
}

interface Observed {
  readonly effects: Effect[];
  readonly undos: Undo[];
  readonly liveAttrs: Set<object>;
  readonly guards: { readonly state: () => unknown; readonly was: string }[];
}

let observed: Observed | undefined;

/** Runs an effect on host state now, and again at each replay of the capture under way. */
export function replayable(effect: Effect): Undo {
  const undo = effect();
  observed?.effects.push(effect);
  observed?.undos.push(undo);
  return undo;
}

const nothingToUndo: Undo = () => {};

/**
 * Attributes of a kernel that come from host state. They are computed now, and again, into the same object, at each
 * replay.
 *
 * @param snapshot for a `compute` that changes host state: it is called before `compute` and returns how to undo the
 * change
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
 * Declares that the computation depends on host state: if the state has changed, a captured function is called again.
 *
 * @param state returns the state as a value that JSON can represent
 */
export function dependsOn(state: () => unknown): void {
  observed?.guards.push({ state, was: JSON.stringify(state()) });
}

/**
 * Runs `f` and returns its result and the host state that it used. For backends.
 *
 * @param onError whether changes of host state stay or are undone if `f` throws
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
