import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = import.meta.dirname;

/** What the example prints, as its reader would see it. */
function run(example: string): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [example], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

const percentOf = (printed: string) => Number(/([\d.]+) %/.exec(printed)?.[1]);

it('cell.ts has the numbers of PyTorch by hand, by the cell and by the layer', () => {
  const printed = run('cell.ts');
  const torch = ['0.1974 0.8854', '0.1721 -0.3574', '0.6195 0.2528'];
  for (const way of ['h by hand', 'h by RNNCell', 'h by RNN'])
    expect([...printed.matchAll(new RegExp(`^${way} +(.*)$`, 'gm'))].map(([, h]) => h)).toEqual(torch);
  expect([...printed.matchAll(/^y +(.*)$/gm)].map(([, y]) => y)).toEqual(['-0.1880', '1.0295', '0.8668']);
  expect(printed).toMatch(/hN by RNN +0.6195 0.2528\n$/);
});

it('one-to-many.ts spells the planet that a vector means', () => {
  const planets = ['mercury', 'venus  ', 'earth  ', 'mars   ', 'jupiter', 'saturn ', 'uranus ', 'neptune'];
  expect(run('one-to-many.ts')).toBe(planets.map((name, i) => `${i + 1} ${name}\n`).join(''));
});

it('many-to-one.ts tells new waves apart by the last hidden state', () => {
  expect(percentOf(run('many-to-one.ts'))).toBeGreaterThan(98);
});

it('many-to-many.ts labels each bracket with how many are open after it', () => {
  const [brackets, depths] = run('many-to-many.ts').split('\n') as [string, string];
  let open = 0;
  const right = [...brackets].map((bracket) => (bracket === '(' ? ++open : --open));
  expect(right).toHaveLength(40);
  expect([...depths].filter((depth, i) => Number(depth) === right[i]).length).toBeGreaterThan(37);
});

it('padding-and-truncation.ts fills up, cuts off and translates', () => {
  expect(run('padding-and-truncation.ts').split('\n')).toEqual([
    'go <pad> <pad> <pad> <pad> → <s> va </s> <pad> <pad> <pad> <pad>',
    'i won <pad> <pad> <pad> → <s> j’ai gagné </s> <pad> <pad> <pad>',
    'he is calm <pad> <pad> → <s> il est calme </s> <pad> <pad>',
    'she is at home <pad> → <s> elle est chez elle </s> <pad>',
    'we are at home and → <s> nous sommes chez nous et </s>',
    ...['va', 'j’ai gagné', 'il est calme', 'elle est chez elle', 'nous sommes chez nous et', ''],
  ]);
});

it('bidirectional.ts shows where each half ends, and that the next bit needs the backward one', () => {
  const lines = run('bidirectional.ts').split('\n');
  const [first, last] = [lines[0]!, lines[2]!].map((line) => /forwards (.*), backwards (.*)/.exec(line)!);
  expect(lines[3]).toBe(`last states: ${last![1]} ${first![2]}`);
  expect(Number(/one direction: (.*) of/.exec(lines[4]!)?.[1])).toBeLessThan(0.65);
  expect(Number(/both directions: (.*) of/.exec(lines[5]!)?.[1])).toBeGreaterThan(0.98);
});

it('stacked.ts has the states of three layers, as layer by layer, and drops between them alone', () => {
  const printed = run('stacked.ts');
  const after = (words: string) => new RegExp(`^${words}:? +(-?[\\d. -]+\\d)`, 'm').exec(printed)![1]!;
  expect(printed).toContain('output [ 4, 1, 2 ] hidden [ 3, 1, 2 ]\n');
  expect(after('last output')).toBe(after('hidden of layer 2'));
  expect(after('layer by layer')).toBe(after('hidden of layer 2'));
  const calls = [after('with dropout, call 1'), after('with dropout, call 2')];
  for (const call of calls) expect(call.startsWith(`${after('hidden of layer 0')} `)).toBe(true);
  expect(calls[0]).not.toBe(calls[1]);
});

it('rnn-arguments.ts shows what PyTorch makes of each argument', () => {
  const [plain, ...each] = run('rnn-arguments.ts').split(/^RNN/m);
  expect(plain).toBe('weight_ih_l0 [ 5, 4 ]\nweight_hh_l0 [ 5, 5 ]\nbias_ih_l0 [ 5 ]\nbias_hh_l0 [ 5 ]\n');
  const shapes = (lines: string) => /output \[ (.*) \] hidden \[ (.*) \]/.exec(lines)!.slice(1).join(' | ');
  expect(each.map(shapes)).toEqual([
    ...[
      '7, 3, 5 | 1, 3, 5',
      '7, 3, 5 | 1, 3, 5',
      '7, 3, 8 | 1, 3, 8',
      '7, 3, 5 | 2, 3, 5',
      '7, 3, 5 | 1, 3, 5',
    ],
    ...['7, 3, 5 | 1, 3, 5', '3, 7, 5 | 1, 3, 5', '7, 3, 5 | 2, 3, 5', '7, 3, 10 | 2, 3, 5'],
  ]);
  expect(each[1]).toContain('weight_ih_l0 [ 5, 4 ] → [ 5, 6 ]');
  expect(each[3]).toContain('bias_hh_l1 none → [ 5 ]');
  expect(each[4]).toContain('no output is below 0');
  expect(each[5]).toContain('bias_ih_l0 [ 5 ] → none');
  expect(each[7]).toContain('a second call gives others');
  expect(each[8]).toContain('weight_hh_l0_reverse none → [ 5, 5 ]');
});

it('ragged-batches.ts reads packed rows as if each were alone', () => {
  const printed = run('ragged-batches.ts');
  expect(printed).toContain('padded  [ 4, 3, 1 ] 1 2 -2 -1 -1 0 2 0 0 1 0 0\n');
  expect(printed).toContain('packed  1 2 -2 -1 -1 2 1 batch sizes [ 3, 2, 1, 1 ]\n');
  const rows = [...printed.matchAll(/alone +(.*)\n +packed +(.*)\n +padded +(.*)\n/g)];
  expect(rows.map(([, alone, packed]) => alone === packed)).toEqual([true, true, true]);
  expect(rows.map(([, alone, , padded]) => alone === padded)).toEqual([true, false, false]);
});

it('swap-backend.ts goes on with the losses of a run that stayed', () => {
  const lines = run('swap-backend.ts').trimEnd().split('\n');
  const losses = lines.map((line) => Number(/loss (.*)/.exec(line)![1]));
  expect(lines[6]).toMatch(/^onnxruntime, step 150/);
  expect(losses[7]).toBeLessThan(losses[0]! / 4);
  for (const step of [0, 1, 2, 3]) expect(Math.abs(losses[4 + step]! - losses[step]!)).toBeLessThan(0.003);
});

it('truncated-back-propagation.ts learns what lies in earlier pieces where the state is carried on', () => {
  const [, without, carried] = /^error (0\.\d+) where .*, (0\.\d+) where/.exec(
    run('truncated-back-propagation.ts'),
  )!;
  expect(Number(without)).toBeGreaterThan(0.04);
  expect(Number(carried)).toBeLessThan(0.01);
});

it('stream.ts goes on from JSON, with the numbers of the whole sequence', () => {
  const printed = run('stream.ts');
  const of = (words: string) => [...printed.matchAll(new RegExp(`^${words} (.*)$`, 'gm'))].map(([, y]) => y);
  expect(of('step')).toHaveLength(4);
  expect(of('step')).toEqual(of('all at once'));
});

it('pytorch-weights.ts has the numbers that PyTorch has with its weights, and says how PyTorch reads ours', () => {
  const printed = run('pytorch-weights.ts');
  const numbers = [...printed.matchAll(/-?\d+\.\d+/g)].map(Number);
  // What tagger.py printed
  const torch = [0.0356, 0.3047, 0.1762, 0.0154, 0.2414, 0.3446];
  expect(numbers).toHaveLength(12);
  for (const [i, number] of torch.entries()) expect(Math.abs(numbers[i]! - number)).toBeLessThan(6e-5);
  const [path] = /\/.*trained-tagger\.safetensors/.exec(printed)!;
  rmSync(path);
});

it('compile-a-step.ts has the same loss in less time', () => {
  const [called, compiled] = run('compile-a-step.ts')
    .trimEnd()
    .split('\n')
    .map((line) => /: (.*) ms a step, loss (.*)$/.exec(line)!.slice(1).map(Number) as [number, number]);
  expect(compiled![0]).toBeLessThan(called![0]);
  expect(Math.abs(compiled![1] - called![1])).toBeLessThan(0.01);
  expect(compiled![1]).toBeLessThan(0.2);
});

it('dates.ts writes at least 99 % of dates that it has never seen right, and shows what it looked at', () => {
  const printed = run('dates.ts');
  expect(Number(/([\d.]+) % of 1000 held-out dates are right/.exec(printed)?.[1])).toBeGreaterThanOrEqual(99);
  expect(printed).toMatch(/\n\d [ ░▒▓█]*█/);
});

it('reversing-words.ts shows that long words do not fit into one vector, and that attention reads them', () => {
  const printed = run('reversing-words.ts');
  const percents = (row: string) =>
    new RegExp(`│ ${row} +│(.*)│`).exec(printed)![1]!.split('│').map(Number) as [
      number,
      number,
      number,
      number,
    ];
  const [vector, attention] = [percents('one vector'), percents('attention')];
  expect(vector[0]).toBeGreaterThan(90);
  expect(vector[3]).toBeLessThan(20);
  expect(attention[3]).toBeGreaterThan(80);
});

it('letter-pairs.ts finds, draws and streams names by counts of letters', () => {
  const printed = run('letter-pairs.ts');
  expect(printed).toMatch(
    /^likely: \w+ -\d\.\d, \w+ -\d\.\d, \w+ -\d\.\d\ndrawn: \w+(, \w+){4}\nstreamed: \w+\n$/,
  );
});

it('language-model.ts goes on with a rhyme as it has read it', () => {
  expect(run('language-model.ts')).toBe('three four knock at the door five six pick up\n');
});

it('saved-weights.ts answers on one backend with what it has learned on another', () => {
  expect(run('saved-weights.ts')).toMatch(
    /gru\.weight_ih_l0 \[ 48, 1 \]\n(?:gru.*\n|output.*\n)*output\.weight \[ 1, 16 \]\n101101 has (3\.9|4\.0|4\.1) ones\n$/,
  );
});

it('word-classes.ts tells the classes of words that it has learned from a file', () => {
  expect(run('word-classes.ts')).toBe('she/PRON sees/VERB the/DET dog/NOUN\n');
});

it('parallel-corpus.ts batches two files, and goes on with the very next batch', () => {
  const [first, second, resumed] = run('parallel-corpus.ts').split('\n');
  expect(first).toMatch(/^source \[ \d, \d \] target \[ \d, \d \]$/);
  expect(resumed!.startsWith(`again  ${/\[.*?\]/.exec(second!)![0]}`)).toBe(true);
});

it('write-a-cell.ts trains its own cell on both backends, and streams through it', () => {
  const printed = run('write-a-cell.ts');
  for (const backend of ['unroll-cpu', 'onnxruntime']) {
    expect(printed).toMatch(
      new RegExp(
        `${backend}: loss 0\\.\\d\\d, after 120 steps 0\\.0\\d\n1: mostly ones\n0: not mostly ones\n`,
      ),
    );
  }
});

const linesOf = (file: string) => readFileSync(`${folder}/${file}`, 'utf8').trimEnd().split('\n').length;

it('no program is longer than 40 lines', () => {
  const programs = readdirSync(folder).filter(
    (name) => /\.(ts|html|py)$/.test(name) && !name.endsWith('.test.ts'),
  );
  for (const file of programs) expect(linesOf(file), file).toBeLessThanOrEqual(40);
});

it('the README says how long each program is', () => {
  const rows = readFileSync(`${folder}/README.md`, 'utf8').matchAll(/^\| \[([\w-]+\.ts)\].*? \| (\d+) \| /gm);
  const said = [...rows].map(([, file, lines]) => [file!, Number(lines)] as const);
  expect(said).toHaveLength(25);
  for (const [file, lines] of said) expect(lines, file).toBe(linesOf(file));
});

it('resumed-run.ts ends a run that was stopped with the weights of one that was left alone', () => {
  expect(run('resumed-run.ts')).toBe(
    'ended at step 60: steps\nended at step 23: interrupted\nended at step 60: steps\nthe same weights: true\n',
  );
});

it('in-a-worker.ts trains in a worker while the thread that asked for it answers', () => {
  const [, answered, accuracy] = /^(\d+) requests were answered; held-out accuracy ([\d.]+)\n/.exec(
    run('in-a-worker.ts'),
  )!;
  expect(Number(answered)).toBeGreaterThan(20);
  expect(Number(accuracy)).toBeGreaterThan(0.95);
});
