import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '../src/command.ts';

const changesetConfig = fileURLToPath(new URL('../../../.changeset/config.json', import.meta.url));

/** A git repository in a temporary folder, with this workspace's changeset settings. */
export class Repository implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'repository-'));

  constructor() {
    this.git('init', '--quiet', '--initial-branch=main');
    this.write({
      'package.json': { name: 'root', version: '0.0.0', private: true },
      'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
      'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
      '.changeset/config.json': readFileSync(changesetConfig, 'utf8'),
    });
    this.commit('Begin');
  }

  write(files: Readonly<Record<string, string | object>>): void {
    for (const [name, content] of Object.entries(files)) {
      const file = join(this.directory, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    }
  }

  git(...args: string[]): void {
    const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
    execFileSync('git', [...identity, ...args], {
      cwd: this.directory,
      stdio: 'pipe',
      env: cleanEnvironment(),
    });
  }

  commit(message: string): void {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', message);
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true });
  }
}
