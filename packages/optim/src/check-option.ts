/** Throws unless `value` is a number of at least `low`, and below `high` where that is given. NaN is neither. */
export function checkRange(owner: string, name: string, value: number, low: number, high?: number): void {
  if (typeof value === 'number' && value >= low && (high === undefined || value < high)) return;
  const expected = high === undefined ? `of at least ${low}` : `in [${low}, ${high})`;
  throw new Error(`${owner}: ${name} is ${value}; expected a number ${expected}`);
}

/** Throws unless `value` is an integer of at least `low`. */
export function checkInteger(owner: string, name: string, value: number, low: number): void {
  if (Number.isInteger(value) && value >= low) return;
  throw new Error(`${owner}: ${name} is ${value}; expected an integer of at least ${low}`);
}
