import { kind } from '@unroll/backend/checks';
import { checkSaved } from '../check-saved.ts';
import { snakeCase } from '../saved-state.ts';
import type { Schedule, SchedulerStateDict } from './schedule.ts';
import type { Scheduled } from './scheduled.ts';

/** PyTorch writes these keys with a capital. */
const capitalised: Readonly<Record<string, string>> = {
  tMax: 'T_max',
  t0: 'T_0',
  tMult: 'T_mult',
  tI: 'T_i',
  tCur: 'T_cur',
};

/** The key under which PyTorch saves a schedule's option. */
export const savedName = (name: string): string => capitalised[name] ?? snakeCase(name);

/** Reads the saved state of one schedule. Errors name the schedule. */
export class SavedSchedule {
  readonly #owner: string;
  readonly #stateDict: Readonly<Record<string, unknown>>;

  /** @throws where the state is not an object */
  constructor(owner: string, stateDict: SchedulerStateDict) {
    this.#owner = `${owner}.loadStateDict`;
    this.#stateDict = stateDict;
    checkSaved(this.#owner, 'the state', stateDict, kind.record);
  }

  has(key: string): boolean {
    return this.#stateDict[key] !== undefined;
  }

  /** The value under a key, or `otherwise` where there is none. */
  read<Value>(key: string, expected: kind.Kind, otherwise?: Value): Value {
    const value = this.#stateDict[key];
    if (value === undefined && otherwise !== undefined) return otherwise;
    checkSaved(this.#owner, key, value, expected);
    return value as Value;
  }

  /** A rate for each group that existed when the schedule was made. The optimizer may have more groups by now. */
  readRates(key: string, { paramGroups }: Scheduled, otherwise?: readonly number[]): readonly number[] {
    const groups = paramGroups.length;
    const numbers = kind.listOf(kind.number);
    const expected = `${groups === 1 ? '1 rate' : `1 to ${groups} rates`}, one a group of the optimizer`;
    const fits = (value: unknown) =>
      numbers.fits(value) && (value as []).length >= 1 && (value as []).length <= groups;
    return [...this.read<readonly number[]>(key, { expected, fits }, otherwise)];
  }

  /** Throws unless a list, as it is after loading, has one value for each base rate. */
  checkOnePerGroup(key: string, values: readonly unknown[], baseLrs: readonly number[]): void {
    const { length } = baseLrs;
    const fits = () => values.length === length;
    const expected =
      length === 1 ? '1 value, as there is 1 base rate' : `${length} values, as there are base rates`;
    checkSaved(this.#owner, key, values, { expected, fits });
  }

  /**
   * The saved values of `options`, each of the same kind as its present value. An option that was not saved keeps its
   * value.
   */
  readOptions<Options extends object>(options: Options): Options {
    const read = { ...options };
    for (const name in options) {
      const expected = kindLike(options[name]);
      if (expected) read[name] = this.read(savedName(name), expected, options[name]);
    }
    return read;
  }

  /** Lets each schedule check its state, and returns a function that loads all of the states. */
  readSchedules(schedules: readonly Schedule[]): () => void {
    const fits = (value: unknown) => Array.isArray(value) && value.length === schedules.length;
    const expected = `${schedules.length} states`;
    const saved = this.read<SchedulerStateDict[]>('_schedulers', { expected, fits });
    const loads = schedules.map((schedule, i) => schedule.checkStateDict(saved[i]!));
    return () => {
      for (const load of loads) load();
    };
  }
}

/** The kind of a saved value that can replace `value`; undefined for functions and objects, which are not saved. */
export function kindLike(value: unknown): kind.Kind | undefined {
  if (typeof value === 'number') return kind.number;
  if (typeof value === 'boolean') return kind.flag;
  if (typeof value === 'string') return { expected: 'a string', fits: (saved) => typeof saved === 'string' };
  const numbers = kind.listOf(kind.number);
  return numbers.fits(value) ? numbers : undefined;
}
