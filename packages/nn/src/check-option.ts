/** Throws unless `size` is a whole number of at least 1. */
export function checkSize(name: string, argument: string, size: number): void {
  if (!(Number.isInteger(size) && size >= 1)) {
    throw new Error(`${name}: ${argument} is ${size}; expected a whole number of at least 1`);
  }
}

/** Throws unless `choice` is a key of the table of choices. */
export function checkChoice(name: string, argument: string, choice: string, choices: object): void {
  if (!Object.hasOwn(choices, choice)) {
    const expected = Object.keys(choices)
      .map((key) => `'${key}'`)
      .join(', ');
    throw new Error(`${name}: ${argument} is '${choice}'; expected one of ${expected}`);
  }
}
