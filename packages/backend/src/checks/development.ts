/** Node's, and the one that bundlers put the mode into */
declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

/** Whether hints for programmers are wanted: unless NODE_ENV is 'production'. */
export function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV !== 'production';
  } catch {
    return true; // a page without a bundler has no `process`
  }
}
