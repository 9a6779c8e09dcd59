/** The call that makes one of a class. */
export const made =
  <Options>(Made: new (options: Options) => unknown) =>
  (options: object): unknown =>
    new Made(options as Options);

/** What takes options: how an error names it, the call, and the least that it has to be given. */
export type OptionCall = readonly [
  name: string,
  call: (options: object) => unknown,
  least: Readonly<Record<string, unknown>> | (() => Readonly<Record<string, unknown>>),
];
