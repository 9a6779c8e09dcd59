import { AppendedFile } from '../appended-file.ts';

let files = 0;

/**
 * A new event file in a folder, named like TensorFlow's. TensorBoard reads the files of a folder in the order of their
 * names, so the name begins with the time.
 */
export function eventFile(owner: string, folder: string): AppendedFile {
  const path = globalThis.process?.getBuiltinModule?.('node:path');
  const host = globalThis.process?.getBuiltinModule?.('node:os').hostname() ?? '';
  const seconds = `${Math.floor(Date.now() / 1000)}`.padStart(10, '0');
  const name = `events.out.tfevents.${seconds}.${host}.${globalThis.process?.pid}.${files++}`;
  return new AppendedFile(owner, path?.join(folder, name) ?? name);
}
