import { checkValue, kind } from '@unroll/backend/checks';
import type { TrainingEvent } from '../events.ts';
import { AppendedFile } from './appended-file.ts';
import { endLastJsonLine } from './json-lines-end.ts';
import type { Reporter } from './reporter.ts';

/**
 * Writes each event as a line of JSON, `{"time":"2026-01-31T12:00:00.000Z","type":"step","epoch":0,"step":1,…}`. NaN
 * and the infinities, which JSON cannot represent, become the strings `"NaN"`, `"Infinity"` and `"-Infinity"`.
 *
 * Lines are appended to the file, so that a resumed run adds to its earlier lines. The folder is created if it is
 * missing. The run waits until the operating system has each line, so that the end of the process loses no line. At
 * checkpoints and at the end it waits until the file is on the disk. When a power cut has left an incomplete last line,
 * it is removed. When a complete last line has no line break, it gets one.
 *
 * @param target a file's path (Node only), or a function that receives each line with its line break
 * @throws TypeError for a path when there is no file system. `report` throws ArgumentError when no file can be made at
 *   the path, and FormatError for a file without lines of JSON
 *
 * @example
 * const log = jsonLines('runs/names/log.jsonl');
 */
export function jsonLines(target: string | ((line: string) => void | Promise<void>)): Reporter {
  checkValue('jsonLines', 'target', target, kind.required(kind.either(kind.text, kind.func)));
  return typeof target === 'string'
    ? intoFile(new AppendedFile('jsonLines', target))
    : { report: (event) => target(lineOf(event)) };
}

function intoFile(file: AppendedFile): Reporter {
  const utf8 = new TextEncoder();
  let ended: Promise<void> | undefined;
  return {
    async report(event) {
      ended ??= endLastJsonLine('jsonLines', file);
      await ended;
      await file.write(utf8.encode(lineOf(event)));
      if (event.type === 'checkpoint' || event.type === 'end') await file.sync();
    },
    close: () => file.close(),
  };
}

const lineOf = (event: TrainingEvent): string =>
  `${JSON.stringify({ time: new Date().toISOString(), ...event }, spelledOut)}\n`;

/** Converts a number that JSON cannot represent to a string. */
const spelledOut = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
