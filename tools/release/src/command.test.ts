import { expect, it } from 'vitest';
import { cleanEnvironment, command, tryCommand } from './command.ts';

it('keeps the settings of the user, and those for reaching registries', () => {
  const kept = {
    HOME: '/home/me',
    npm_config_registry: 'https://mirror.example/',
    npm_config_https_proxy: 'http://proxy',
  };
  expect(cleanEnvironment(kept)).toMatchObject(kept);
});

it('removes variables that npm, pnpm and git set for a script or a hook', () => {
  const left = {
    npm_config_userconfig: '/x',
    npm_package_name: 'x',
    pnpm_config_y: 'x',
    GIT_DIR: '/x',
    GIT_INDEX_FILE: 'x',
  };
  expect(Object.keys(cleanEnvironment(left))).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(npm_|pnpm_|GIT_)/)]),
  );
});

it('reaches the loopback without a proxy, beside the exceptions of the user', () => {
  expect(cleanEnvironment({ NO_PROXY: 'example.org' })).toMatchObject({
    NO_PROXY: 'example.org,127.0.0.1',
    no_proxy: 'example.org,127.0.0.1',
  });
});

it('returns the output of a program, and shows all output of a failing one', async () => {
  const node = (program: string) => command(process.execPath, ['--eval', program], { cwd: '.' });
  expect(await node('console.log(1)')).toBe('1\n');
  await expect(node('console.log(1); console.error(2); process.exit(3)')).rejects.toThrow(
    /ended with 3:\n1\n2$/,
  );
  await expect(tryCommand('no-such-program', [], { cwd: '.' })).rejects.toThrow('ENOENT');
});
