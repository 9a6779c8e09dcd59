import { codeOf } from '../error-code.ts';

/** Who writes into a folder that others may write into as well. */
export interface Writer {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in milliseconds since 1970 */
  readonly since: number;
  /** Whether there is a process of that number on this host */
  isAlive(pid: number): boolean;
}

/** How long a folder has to lie untouched until another host's writer counts as gone. */
const HOUR = 3_600_000;

const TEMPORARY = /^\.writing-.+\.(\d+)\.([\w-]+)\.[0-9a-f]{8}$/;

/** The name of the folder in which a checkpoint is made: `.writing-step-00000100.4711.host.0a1b2c3d`. */
export function temporaryName(name: string, { pid, host }: Writer): string {
  return `.writing-${name}.${pid}.${plain(host)}.${crypto.randomUUID().slice(0, 8)}`;
}

const plain = (host: string): string => host.replaceAll(/[^\w-]/g, '_');

export const isTemporary = (name: string): boolean => TEMPORARY.test(name);

/**
 * Whether nobody will end what is being made under a temporary name: its process is gone, or was one of the same number before this
 * one; of another host's, that it lies untouched.
 *
 * @param changed when the folder or anything in it was last changed
 */
export function isAbandoned(name: string, changed: number, now: number, writer: Writer): boolean {
  const [, pid, host] = TEMPORARY.exec(name) ?? [];
  if (pid === undefined) return false;
  const isHere = host === plain(writer.host);
  if (isHere && Number(pid) === writer.pid) return changed < writer.since;
  if (isHere && !writer.isAlive(Number(pid))) return true;
  return now - changed > HOUR;
}

/** This process, under Node. */
export function thisProcess(): Writer {
  return {
    pid: process.pid,
    host: process.getBuiltinModule('node:os').hostname() || 'host',
    since: Date.now() - process.uptime() * 1000,
    isAlive(pid) {
      try {
        return process.kill(pid, 0);
      } catch (error) {
        // EPERM: there is one, and it is another user's.
        return codeOf(error) !== 'ESRCH';
      }
    },
  };
}
