import { train } from './train.ts';

// The page names the worker by the backend that it wants.
train(self.name).then(
  (report) => postMessage({ report }),
  (error: unknown) => postMessage({ error: String(error) }),
);
