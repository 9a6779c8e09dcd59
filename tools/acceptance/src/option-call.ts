/** Returns the call that constructs a class. */
export const made =
  <Options>(Made: new (options: Options) => unknown) =>
  (options: object): unknown =>
    new Made(options as Options);

/** A function or class that takes options: its name in errors, the call, and the options that it requires. */
export type OptionCall = readonly [
  name: string,
  call: (options: object) => unknown,
  least: Readonly<Record<string, unknown>> | (() => Readonly<Record<string, unknown>>),
];
