import { codeOf } from '../error-code.ts';

/** A process that writes to a folder to which others may write too. */
export interface Writer {
  readonly pid: number;
  readonly host: string;
  /** Start time of the process, in milliseconds since 1970 */
  readonly since: number;
  /** Whether a process with this number runs on this host */
  isAlive(pid: number): boolean;
}

/** After this time without a change, the writer of another host's folder counts as gone. */
const HOUR = 3_600_000;

const TEMPORARY = /^\.writing-.+\.(\d+)\.([\w-]+)\.[0-9a-f]{8}$/;

/** The name of the folder in which a checkpoint is being written: `.writing-step-00000100.4711.host.0a1b2c3d`. */
export function temporaryName(name: string, { pid, host }: Writer): string {
  return `.writing-${name}.${pid}.${plain(host)}.${crypto.randomUUID().slice(0, 8)}`;
}

const plain = (host: string): string => host.replaceAll(/[^\w-]/g, '_');

export const isTemporary = (name: string): boolean => TEMPORARY.test(name);

/**
 * Whether a temporary folder is abandoned: its process has ended, or an earlier process had our process number. A
 * folder of another host, or of a running process, is abandoned after an hour without a change.
 *
 * @param changed when the folder or an entry of it was last changed
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
        // EPERM: the process exists and belongs to another user.
        return codeOf(error) !== 'ESRCH';
      }
    },
  };
}
