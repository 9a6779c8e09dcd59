/*
 * A backend may capture what a function computes and replay it without calling the function again. Host state that the
 * function moves on with each call, such as an optimizer's count of steps or a generator's position, then has to move on
 * with each replay too. These functions say which that is; without a capture under way they just run it.
 */

type Effect = () => void;

let captured: Effect[] | undefined;

/** Runs an effect on host state now, and again at each replay of a capture that is under way. */
export function replayable(effect: Effect): void {
  effect();
  captured?.push(effect);
}

/**
 * Attributes of a kernel that come from host state: computed now, and again, into the same object, at each replay.
 *
 * @example
 * runKernel(PhiloxDropout, { x }, liveAttrs(() => ({ p, ...generator.nextMask() })));
 */
export function liveAttrs<Attrs extends object>(compute: () => Attrs): Attrs {
  const attrs = {} as Attrs;
  replayable(() => Object.assign(attrs, compute()));
  return attrs;
}

/** Runs `f` and returns, beside its result, the effects to run before each replay, in their order. For backends. */
export function captureEffects<Result>(f: () => Result): { result: Result; effects: readonly Effect[] } {
  const outer = captured;
  const effects: Effect[] = [];
  captured = effects;
  try {
    return { result: f(), effects };
  } finally {
    captured = outer;
  }
}
