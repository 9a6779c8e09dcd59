import { checkValue, kind } from '@unroll/backend/checks';
import type { TrainingEvent } from '../events.ts';
import { AppendedFile } from './appended-file.ts';
import { endLastJsonLine } from './json-lines-end.ts';
import type { Reporter } from './reporter.ts';

/**
 * Writes each event as a line of JSON, `{"time":"2026-01-31T12:00:00.000Z","type":"step","epoch":0,"step":1,…}`. NaN and the infinities, which JSON
 * has no numbers for, are the strings `"NaN"`, `"Infinity"` and `"-Infinity"`.
 *
 * A file is appended to, so that a run that goes on adds to what it wrote; its folder is made. The run waits until a line is with the
 * operating system, so that the end of the process loses none, and at checkpoints and at the end until the file is on the disk. A half line
 * that a power cut left is removed; a whole one that lacks its end gets it.
 *
 * @param target a file's path (Node alone), or what takes each line, its end included
 * @throws TypeError for a path where there are no files. `report` throws ArgumentError for a path that no file can be made at, and FormatError
 *   for a file that has no lines of JSON
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

/** A value as JSON has it. */
const spelledOut = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
