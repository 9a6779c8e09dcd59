import { execFileSync } from 'node:child_process';
import { fairEnvironment } from './fair-environment.ts';

/** The system's Python comes first: the one in the path may be a wrapper that sets variables. */
const candidates = ['/usr/bin/python3', 'python3', 'python'];

/** The first Python that imports torch; undefined when there is none. */
export const findPython = (): string | undefined =>
  candidates.find((candidate) => {
    try {
      execFileSync(candidate, ['-c', 'import torch'], {
        stdio: 'ignore',
        env: fairEnvironment(process.env),
      });
      return true;
    } catch {
      return false;
    }
  });
