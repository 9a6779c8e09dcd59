/** Specs of tfjs-core that a backend does not pass, and why this is right or unavoidable. */
export interface Exclusion {
  readonly reason: string;
  /** Full names of specs, as the run prints them; `*` at the end matches any ending. */
  readonly specs: readonly string[];
}

/** Finds the exclusion of a spec, and lists the patterns that have never matched a spec. */
export class Exclusions {
  readonly #unused: Set<string>;
  readonly #reasons = new Map<string, string>();

  constructor(exclusions: readonly Exclusion[]) {
    for (const { reason, specs } of exclusions) {
      for (const pattern of specs) this.#reasons.set(pattern, reason);
    }
    this.#unused = new Set(this.#reasons.keys());
  }

  /** The reason why the spec is excluded; undefined if it is not. */
  reasonFor(spec: string): string | undefined {
    for (const [pattern, reason] of this.#reasons) {
      if (matches(pattern, spec)) {
        this.#unused.delete(pattern);
        return reason;
      }
    }
    return undefined;
  }

  /** Patterns that have not matched any of the specs so far. */
  get unused(): readonly string[] {
    return [...this.#unused];
  }
}

const matches = (pattern: string, spec: string): boolean =>
  pattern.endsWith('*') ? spec.startsWith(pattern.slice(0, -1)) : spec === pattern;
