import { train } from './train.ts';

train().then(
  (report) => postMessage({ report }),
  (error: unknown) => postMessage({ error: String(error) }),
);
