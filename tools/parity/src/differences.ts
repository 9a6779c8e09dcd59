import { largestDistance } from '@unroll/backend-testkit/torch';
import { expect } from 'vitest';

/** The greatest absolute differences that float32 may cause. */
const TOLERANCE = { forward: 1e-5, gradient: 1e-4 } as const;

export type Pass = keyof typeof TOLERANCE;

interface Row {
  readonly configurations: Set<string>;
  readonly largest: Record<Pass, number | undefined>;
}

/** Checks every difference of a test file against the tolerances, and reports the greatest ones at the end. */
export class Differences {
  readonly #group: string;
  readonly #rows = new Map<string, Row>();

  /** @param group names the configurations, such as `losses` */
  constructor(group: string) {
    this.#group = group;
  }

  /** Counts the configuration, and fails the test when the difference exceeds the tolerance of float32. */
  expectClose(
    at: { backend: string; configuration: string; pass: Pass; what: string },
    actual: ArrayLike<number>,
    expected: ArrayLike<number>,
  ): void {
    const row = this.#rows.get(at.backend) ?? {
      configurations: new Set(),
      largest: { forward: undefined, gradient: undefined },
    };
    this.#rows.set(at.backend, row);
    row.configurations.add(at.configuration);
    const difference = largestDistance(actual, expected);
    row.largest[at.pass] = Math.max(row.largest[at.pass] ?? 0, difference);
    const kind = at.pass === 'forward' ? '' : 'gradient of ';
    expect(
      difference,
      `${kind}${at.what}\n  PyTorch: ${shown(expected)}\n  Unroll:  ${shown(actual)}\n`,
    ).toBeLessThanOrEqual(TOLERANCE[at.pass]);
  }

  configurations(backend: string): number {
    return this.#rows.get(backend)?.configurations.size ?? 0;
  }

  /** For each backend the number of configurations, and the greatest differences from PyTorch. */
  toString(): string {
    const figure = (value: number | undefined) =>
      (value === undefined ? '–' : value.toExponential(1)).padStart(9);
    const width = Math.max(...[...this.#rows.keys()].map((backend) => backend.length));
    const lines = [...this.#rows].map(
      ([backend, { configurations, largest }]) =>
        `  ${backend.padEnd(width)} ${String(configurations.size).padStart(5)} configurations   ` +
        `forward ${figure(largest.forward)}   gradients ${figure(largest.gradient)}`,
    );
    return `${this.#group}: largest absolute differences from PyTorch 1.13 (at most 1e-5 forward, 1e-4 gradients)\n${lines.join('\n')}`;
  }
}

function shown(values: ArrayLike<number>): string {
  const first = Array.from({ length: Math.min(values.length, 8) }, (_, i) => String(values[i]));
  return `[${first.join(', ')}${values.length > 8 ? `, … ${values.length} numbers` : ''}]`;
}
