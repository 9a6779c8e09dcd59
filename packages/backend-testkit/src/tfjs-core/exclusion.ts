/** Specs of tfjs-core that a backend does not pass, and why that is right, or cannot be helped. */
export interface Exclusion {
  readonly reason: string;
  /** Full names of specs, as the run prints them; `*` at the end stands for any ending. */
  readonly specs: readonly string[];
}

/** Finds the exclusion of a spec, and knows which patterns never found one. */
export class Exclusions {
  readonly #unused: Set<string>;
  readonly #reasons = new Map<string, string>();

  constructor(exclusions: readonly Exclusion[]) {
    for (const { reason, specs } of exclusions) {
      for (const pattern of specs) this.#reasons.set(pattern, reason);
    }
    this.#unused = new Set(this.#reasons.keys());
  }

  /** Why the spec is excluded; undefined if it is not. */
  reasonFor(spec: string): string | undefined {
    for (const [pattern, reason] of this.#reasons) {
      if (matches(pattern, spec)) {
        this.#unused.delete(pattern);
        return reason;
      }
    }
    return undefined;
  }

  /** Patterns that no spec asked about so far has matched. */
  get unused(): readonly string[] {
    return [...this.#unused];
  }
}

const matches = (pattern: string, spec: string): boolean =>
  pattern.endsWith('*') ? spec.startsWith(pattern.slice(0, -1)) : spec === pattern;
