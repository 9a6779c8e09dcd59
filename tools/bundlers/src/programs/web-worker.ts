import { train } from './train.ts';

// The page passes the wanted backend as the worker's name.
train(self.name).then(
  (report) => postMessage({ report }),
  (error: unknown) => postMessage({ error: String(error) }),
);
