import { Tensor, Variable } from '@tensorflow/tfjs-core';

/** A constraint on a value, for code to check and for errors to describe. */
export interface Kind {
  fits(value: unknown): boolean;
  /** `a number of at least 0` */
  readonly expected: string;
  /** Whether the value is required. */
  readonly required?: boolean;
  /** The kind of an array's elements */
  readonly element?: Kind;
  /** What an error adds about a value that does not fit. */
  hint?(value: unknown): string;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(value);

/** Not NaN. */
export const number: Kind = { expected: 'a number', fits: isNumber };

export const finite: Kind = { expected: 'a finite number', fits: Number.isFinite };

export const atLeast = (low: number): Kind => ({
  expected: `a number of at least ${low}`,
  fits: (value) => isNumber(value) && value >= low,
});

export const above = (low: number): Kind => ({
  expected: `a number over ${low}`,
  fits: (value) => isNumber(value) && value > low,
});

export const below = (high: number): Kind => ({
  expected: `a number below ${high}`,
  fits: (value) => isNumber(value) && value < high,
});

/** A number in an interval. A round bracket excludes its bound: `[0, 1)`. */
export function inside(interval: `${'[' | '('}${number}, ${number}${']' | ')'}`): Kind {
  const [low, high] = interval.slice(1, -1).split(', ').map(Number) as [number, number];
  const overLow = (value: number) => (interval.startsWith('[') ? value >= low : value > low);
  const underHigh = (value: number) => (interval.endsWith(']') ? value <= high : value < high);
  return {
    expected: `a number in ${interval}`,
    fits: (value) => isNumber(value) && overLow(value) && underHigh(value),
  };
}

export const probability: Kind = { ...inside('[0, 1]'), expected: 'a probability in [0, 1]' };

/** A whole number in the range. */
export function whole(low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY): Kind {
  const lowest = low === Number.NEGATIVE_INFINITY ? '' : ` of at least ${low}`;
  const range = high === Number.POSITIVE_INFINITY ? lowest : ` from ${low} to ${high}`;
  return {
    expected: `a whole number${range}`,
    fits: (value) => Number.isInteger(value) && (value as number) >= low && (value as number) <= high,
  };
}

/** A whole number in the range; an error names both ends of the range. */
export const wholeWithin = (low: number, high: number): Kind => ({
  ...whole(low, high),
  expected: `a whole number in ${low}…${high}`,
});

/** A class index: a whole number from 0 to `count − 1`. */
export const classBelow = (count: number): Kind => ({
  ...whole(0, count - 1),
  expected: `a class in 0…${count - 1}`,
});

export const flag: Kind = { expected: 'true or false', fits: (value) => typeof value === 'boolean' };

export const text: Kind = {
  expected: 'a string that is not empty',
  fits: (value) => typeof value === 'string' && value !== '',
};

export const func: Kind = { expected: 'a function', fits: (value) => typeof value === 'function' };

export const tensor: Kind = {
  expected: 'a tensor',
  fits: (value) => value instanceof Tensor && !value.isDisposed,
};

export const variable: Kind = {
  expected: 'a tf.Variable',
  fits: (value) => value instanceof Variable && !value.isDisposed,
};

/** An object that is neither null nor an array. */
export const record: Kind = {
  expected: 'an object',
  fits: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/**
 * An instance of a class. Where npm has installed a package twice, an instance of the other copy's class does not fit;
 * the error says so.
 */
export const instanceOf = (type: abstract new (...inputs: never[]) => object, expected: string): Kind => ({
  expected,
  fits: (value) => value instanceof type,
  hint: (value) =>
    !(value instanceof type) && classNames(value).includes(type.name)
      ? `. It is a ${type.name} of another copy of the package: npm ls shows both`
      : '',
});

/** The names of the classes of an object, its own first. */
function classNames(value: unknown): string[] {
  const names: string[] = [];
  for (let at = value; typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, 'constructor')) names.push(at.constructor.name);
  }
  return names;
}

/** Any value; another check covers it. */
export const anything: Kind = { expected: 'anything', fits: () => true };

/** One of the given words. */
export const choice = (...words: readonly string[]): Kind => ({
  expected: alternatives(words.map((word) => `'${word}'`)),
  fits: (value) => words.includes(value as string),
});

/** One of a table's keys. */
export const keyOf = (table: object): Kind => ({
  expected: `one of ${Object.keys(table)
    .map((key) => `'${key}'`)
    .join(', ')}`,
  fits: (value) => typeof value === 'string' && Object.hasOwn(table, value),
});

export const either = (...kinds: readonly Kind[]): Kind => ({
  expected: alternatives(kinds.map(({ expected }) => expected)),
  fits: (value) => kinds.some((kind) => kind.fits(value)),
});

/** An array whose elements are all of one kind; an array with holes does not fit. */
export function listOf(kind: Kind, expected = `an array, each element ${kind.expected}`): Kind {
  return {
    expected,
    element: kind,
    fits: (value) => Array.isArray(value) && Array.from(value).every(kind.fits),
  };
}

/** One value for all parameter groups, or one for each. */
export const eachGroup = (kind: Kind): Kind =>
  either(kind, listOf(kind, `an array with ${kind.expected} for each group`));

/** The same kind, but the value is required. */
export const required = (kind: Kind): Kind => ({ ...kind, required: true });

function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
