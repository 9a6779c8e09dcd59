import { childrenWithoutCycles } from './children-without-cycles.ts';

interface Described {
  namedChildren(): Iterable<[string, Described]>;
  extraRepr(): string;
  numParameters(): number;
}

interface Child {
  readonly name: string;
  readonly text: string;
}

/**
 * A module and the modules below it, as PyTorch prints them, each with its contents. Equal neighbours with
 * consecutive numbers share one line:
 *
 * ```text
 * Sequential(
 *   (0-1): 2 x Linear(inFeatures=4, outFeatures=4, bias=true), 20 parameters each
 *   (2): Tanh()
 * ), 40 parameters
 * ```
 */
export function moduleText(root: Described): string {
  const childrenOf = childrenWithoutCycles<Described>(root);
  const textOf = (module: Described): string => {
    const own = module.extraRepr();
    const children = childrenOf(module).map(([name, child]) => ({ name, text: textOf(child) }));
    const lines = [...(own === '' ? [] : [own]), ...runsOf(children).map(runText)];
    const isOneLine = children.length === 0 && !own.includes('\n');
    const inside = isOneLine ? own : `\n${indented(lines.join('\n'))}\n`;
    return `${module.constructor.name}(${inside})${parameterCount(module.numParameters())}`;
  };
  return textOf(root);
}

/** Groups children with consecutive numbers and equal texts. */
function runsOf(children: readonly Child[]): Child[][] {
  const runs: Child[][] = [];
  for (const child of children) {
    const last = runs.at(-1)?.at(-1);
    if (last?.text === child.text && String(Number(last.name) + 1) === child.name) runs.at(-1)!.push(child);
    else runs.push([child]);
  }
  return runs;
}

function runText(run: readonly Child[]): string {
  const [{ name, text }, last] = [run[0]!, run.at(-1)!];
  if (run.length === 1) return `(${name}): ${text}`;
  return `(${name}-${last.name}): ${run.length} x ${text}${/ parameters?$/.test(text) ? ' each' : ''}`;
}

function parameterCount(count: number): string {
  return count === 0 ? '' : `, ${count.toLocaleString('en')} parameter${count === 1 ? '' : 's'}`;
}

const indented = (text: string): string => text.replaceAll(/^/gm, '  ');
