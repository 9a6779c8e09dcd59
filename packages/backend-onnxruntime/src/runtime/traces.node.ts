import { createReadStream, mkdtempSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { messageOf } from '@unroll/backend/checks';
import type { Traces } from './runtime.ts';

/** Each trace is in a folder of its own, because ONNX Runtime adds the time to the names of its files. */
export const traces: Traces = { newPrefix, take };

function newPrefix(): string {
  try {
    return join(mkdtempSync(join(tmpdir(), 'unroll-onnxruntime-')), 'trace');
  } catch (error) {
    throw new Error(
      `onnxruntime: the option profile needs a folder for traces, and none can be made in ${tmpdir()} ` +
        `(${messageOf(error)}); create it, or name another by the environment variable TMPDIR`,
      { cause: error },
    );
  }
}

async function* take(prefix: string): AsyncGenerator<string> {
  const folder = dirname(prefix);
  try {
    const [file] = await readdir(folder);
    if (file === undefined) throw new Error('the folder is empty');
    yield* createInterface({
      input: createReadStream(join(folder, file)),
      crlfDelay: Number.POSITIVE_INFINITY,
    });
  } catch (error) {
    throw new Error(
      `onnxruntimeProfile: the trace in ${folder} cannot be read (${messageOf(error)}); ` +
        'traces lie there until the profile is asked for, and must not be deleted',
      { cause: error },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
