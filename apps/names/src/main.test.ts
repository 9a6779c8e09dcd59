import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

const run = (args: string[], input = '') =>
  spawnSync(process.execPath, [program, ...args], { input, encoding: 'utf8' });

describe('the program', () => {
  it('shows the shapes, trains, compares itself with the baselines and answers names from a pipe', () => {
    const { stdout, stderr, status } = run(['--epochs', '3'], 'Alice\n\nKlaus\n');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('inputs [4, 6, 128] → output [4, 6, 512], hidden [6, 4, 256]');
    expect(stdout).toMatch(/epoch 3\/3 {2}loss 0\.\d+ {2}held-out \d+\.\d %/);
    const accuracy = (of: string) => Number(new RegExp(`${of} +(\\d+\\.\\d) %`).exec(stdout)![1]);
    expect(accuracy('bidirectional LSTM')).toBeGreaterThan(accuracy('naive Bayes, last letters') - 3);
    expect(accuracy('naive Bayes, last letters')).toBeGreaterThan(accuracy('majority class') + 10);
    expect(stdout).toMatch(/ {2}Alice: (fe)?male \(\d+\.\d %/);
    expect(stdout).toMatch(/ {2}Klaus: (fe)?male \(\d+\.\d %/);
  });

  it('gives the same run for the same seed', () => {
    const accuracies = () =>
      run(['--epochs', '1', '--hidden', '8']).stdout.match(/epoch .*|bidirectional LSTM .*%/g);
    expect(accuracies()).toEqual(accuracies());
  });

  it.each([
    [
      ['--backend', 'gpu'],
      "option '--backend <name>' argument 'gpu' is invalid. Allowed choices are onnxruntime, cpu, portable.",
    ],
    [['--epochs', '0'], "'0' is invalid. expected a whole number of at least 1."],
    [['--threads', '1000'], 'threads is 1000; expected a whole number from 1 to 64'],
  ])('says what is wrong with %j', (args, message) => {
    const { stderr, status } = run(args);
    expect(stderr).toContain(message);
    expect(status).not.toBe(0);
  });

  it('lists its options', () => {
    const { stdout, status } = run(['--help']);
    expect(status).toBe(0);
    for (const option of ['--backend', '--threads', '--epochs', '--seed']) expect(stdout).toContain(option);
  });
});
