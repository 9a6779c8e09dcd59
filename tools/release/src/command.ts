import { type ChildProcess, spawn } from 'node:child_process';

/** The result of a program: its exit code, and both streams. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd: string;
  /** Additional variables, beside those of this process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/**
 * npm's settings for reaching a registry. Its other settings (its folder, its cache) belong to the script that runs
 * this.
 */
const network = /^npm_config_(registry|ca|cafile|proxy|https_proxy|noproxy|strict_ssl)$/i;
/** Variables that npm, pnpm and git set for programs that they start. The programs here must not see them. */
const inherited = /^(npm_|pnpm_|git_|NODE_PATH$|INIT_CWD$|FORCE_COLOR$)/i;

/** This process's variables for a program that must not depend on how this process was started. */
export function cleanEnvironment(variables: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = Object.entries(variables).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (network.test(entry[0]) || !inherited.test(entry[0])),
  );
  const loopback = [variables.NO_PROXY ?? variables.no_proxy, '127.0.0.1'].filter(Boolean).join(',');
  return {
    ...Object.fromEntries(kept),
    NO_COLOR: '1',
    NO_PROXY: loopback,
    no_proxy: loopback,
    COREPACK_ENABLE_STRICT: '0',
    COREPACK_ENABLE_AUTO_PIN: '0',
  };
}

const running = new Set<ChildProcess>();
let interrupted = false;

/** Whether programs were stopped early. */
export const wasInterrupted = (): boolean => interrupted;

/** Stops all running programs, and starts no more: commands that wait for one fail. */
export function interruptCommands(): void {
  interrupted = true;
  for (const child of running) child.kill();
}

/** Runs a program to its end without blocking this process, whose registry must respond meanwhile. */
export function tryCommand(
  program: string,
  args: readonly string[],
  { cwd, env }: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    if (interrupted) throw new Error(`${program} was not started: the check was interrupted`);
    const child = spawn(program, args, {
      cwd,
      env: { ...cleanEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code: code ?? 1, stdout, stderr });
    });
  });
}

/** Runs a program to its end and returns its stdout. An error contains all of its output. */
export async function command(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const { code, stdout, stderr } = await tryCommand(program, args, options);
  if (code !== 0) {
    throw new Error(`${[program, ...args].join(' ')} ended with ${code}:\n${stdout}${stderr}`.trim());
  }
  return stdout;
}
