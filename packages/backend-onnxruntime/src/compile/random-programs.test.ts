import * as tf from '@tensorflow/tfjs-core';
import { compile, useBackend } from '@unroll/backend';
import { Philox } from '@unroll/backend/operations';
import * as nn from '@unroll/nn';
import { Adam, RMSprop, SGD, update } from '@unroll/optim';
import { beforeAll, describe, expect, it } from 'vitest';
import { onnxruntime } from '../onnxruntime.ts';

/*
 * The specification of compile: a compiled function does the same as the function. Random functions compute, assign,
 * alias, drop out and train. They are called over and over while the world around them changes, once as they are and
 * once compiled, from the same start. `pnpm long compile` runs 2,000 of them.
 */

const PROGRAMS = Number(process.env.UNROLL_PROGRAMS ?? 300);
const CALLS = 12;

/** Choices by a seed. */
class Choices {
  readonly #random: Philox;

  constructor(seed: number) {
    this.#random = new Philox(seed);
  }

  below(count: number): number {
    return Math.floor(this.#random.uniform() * count);
  }

  one<T>(of: readonly T[]): T {
    return of[this.below(of.length)]!;
  }

  chance(probability: number): boolean {
    return this.#random.uniform() < probability;
  }
}

/** Everything that a program can reach. It is the same in both worlds, except for the tensors. */
interface World {
  readonly variables: readonly tf.Variable[];
  readonly outside: readonly tf.Tensor[];
  readonly dropout: nn.Dropout;
  readonly optimizer: SGD | Adam | RMSprop;
}

type Values = readonly tf.Tensor[];
/** A statement adds a value to those there are, or does something. */
type Statement = (world: World, values: Values, factor: number) => tf.Tensor | undefined;
type Program = (world: World) => (x: tf.Tensor, y: tf.Tensor, factor: number) => unknown;
type Event = (world: World) => void;

const unary = [tf.neg, tf.tanh, tf.relu, tf.square, tf.sigmoid, (x: tf.Tensor) => x.clone()];
const binary = [tf.add, tf.sub, tf.mul, tf.maximum];

const transposed = (x: tf.Tensor): tf.Tensor => tf.reshape(tf.transpose(x as tf.Tensor2D), x.shape);
const viewed = (x: tf.Tensor): tf.Tensor => tf.reshape(tf.reshape(x, [x.size]), x.shape);

function anyStatement(c: Choices): Statement {
  const [a, b, k] = [c.below(100), c.below(100), c.below(4)];
  const pick = (values: Values, i: number): tf.Tensor => values[i % values.length]!;
  const kinds: Statement[] = [
    (_, values) => unary[a % unary.length]!(pick(values, b)),
    (_, values) => binary[k]!(pick(values, a), pick(values, b)),
    (_, values) => (k < 2 ? transposed : viewed)(pick(values, a)),
    (_, values) => tf.mul(pick(values, a), tf.scalar(k - 1.5)),
    (_, values, factor) => tf.mul(pick(values, a), factor),
    ({ variables }) => variables[a % variables.length]!,
    ({ outside }) => outside[a % outside.length]!,
    ({ outside }, values) => tf.add(pick(values, a), outside[b % outside.length]!),
    ({ dropout }, values) => dropout.forward(pick(values, a)),
    ({ variables }, values) => {
      const [variable, value] = [variables[a % variables.length]!, pick(values, b)];
      // tfjs frees a variable's old data before it takes the new data, even if both are the same.
      if (value !== variable) variable.assign(value);
      return undefined;
    },
    ({ variables }) => {
      const [first, second] = [variables[a % variables.length]!, variables[b % variables.length]!];
      if (first === second) return undefined;
      const old = first.clone();
      first.assign(second);
      second.assign(old);
      return undefined;
    },
    ({ optimizer, variables }, values) => {
      const target = pick(values, a).clone();
      const loss = update(optimizer, () => tf.mean(tf.square(tf.sub(variables[0]!, target))) as tf.Scalar, {
        ...(k === 0 && { clipGradNorm: 0.5 }),
      });
      return tf.add(loss, tf.zerosLike(target));
    },
  ];
  return c.one(kinds);
}

function anyProgram(c: Choices): Program {
  const statements = Array.from({ length: 1 + c.below(8) }, () => anyStatement(c));
  const results = Array.from({ length: 1 + c.below(4) }, () => c.below(100));
  const [shape, k] = [c.below(3), c.below(4)];
  return (world) => (x, y, factor) => {
    const values = [x, y].map((tensor) =>
      tensor.shape[0] === 1 ? tf.add(tensor, tf.zeros([2, 3])) : tensor,
    );
    for (const statement of statements) {
      const value = statement(world, values, factor);
      if (value) values.push(value);
    }
    const returned = results.map(
      (i) => values[(values.length - 1 - (i % values.length) + i) % values.length]!,
    );
    if (shape === 0) return k === 0 ? undefined : returned[0];
    return shape === 1 ? returned : { first: returned[0], rest: returned };
  };
}

function anyEvent(c: Choices): Event {
  const [a, b, k] = [c.below(100), c.below(100), c.below(3)];
  const group = ({ optimizer: { paramGroups } }: World) =>
    paramGroups[b % paramGroups.length] as unknown as Record<string, unknown>;
  return c.one<Event>([
    () => {},
    () => {},
    ({ dropout }) => dropout.train(k === 0),
    ({ variables }) => tf.tidy(() => variables[a % variables.length]!.assign(tf.fill([2, 3], b / 50 - 1))),
    ({ variables }) => {
      const [to, from] = [variables[a % variables.length]!, variables[b % variables.length]!];
      if (to !== from) to.assign(from);
    },
    (world) => {
      group(world).lr = (a + 1) / 200;
    },
    (world) => {
      group(world).weightDecay = k / 10;
    },
    (world) => {
      group(world).maximize = k === 0;
    },
    (world) => {
      if ('momentum' in group(world)) group(world).momentum = k * 0.4;
    },
    (world) => {
      if ('amsgrad' in group(world)) group(world).amsgrad = k === 0;
    },
    ({ variables }) => {
      variables[1]!.trainable = k !== 0;
    },
    ({ optimizer }) => optimizer.dispose(),
    (world) => {
      if (!world.optimizer.parameters().includes(world.variables[2]!)) {
        world.optimizer.addParamGroup({ params: world.variables[2]!, lr: 0.3 } as never);
      }
    },
  ]);
}

interface Call {
  readonly event: Event;
  readonly x: number;
  /** If y equals x, the same tensor is given twice */
  readonly y: number;
  readonly factor: number;
  readonly underTape: boolean;
}

function makeWorld(kind: number): World {
  nn.manualSeed(7);
  const fill = (value: number): tf.Tensor =>
    tf.tensor2d(
      [1, -2, 3, -4, 5, -6].map((v) => v * value),
      [2, 3],
    );
  const variables = [0.5, -0.25, 1].map((value) => tf.tidy(() => tf.variable(fill(value))));
  const shared = fill(0.1);
  variables.push(tf.variable(shared), tf.variable(shared));
  shared.dispose();
  const trained = variables.slice(0, 2);
  const groups = trained.map((params) => ({ params }));
  const optimizer = [
    () => new SGD(trained, { lr: 0.1 }),
    () => new SGD(groups, { lr: 0.1, momentum: 0.9 }),
    () => new Adam(groups, { lr: 0.05 }),
    () => new RMSprop(trained, { lr: 0.05 }),
  ][kind]!();
  return { variables, outside: [fill(0.3), fill(-0.7)], dropout: new nn.Dropout({ p: 0.4 }), optimizer };
}

/** The number of calls of the functions themselves, in each of the two worlds */
const bodies = { plain: 0, compiled: 0 };

/** The history of a world: results and variables after each call, and which results are not new tensors. */
async function history(kind: number, program: Program, calls: readonly Call[], compiled: boolean) {
  const before = tf.memory().numTensors;
  const world = makeWorld(kind);
  const inputs = Array.from({ length: 4 }, (_, i) =>
    i === 2 ? tf.tensor2d([[0.5, -1, 2]]) : tf.tensor2d([i, 1, -i, 2, i / 2, -1], [2, 3]),
  );
  const body = program(world);
  const plain: typeof body = (...args) => {
    bodies[compiled ? 'compiled' : 'plain']++;
    return body(...args);
  };
  const f = compiled ? compile(plain as (x: tf.Tensor, y: tf.Tensor, factor: number) => never) : plain;
  const seen: unknown[] = [];
  for (const { event, x, y, factor, underTape } of calls) {
    event(world);
    const args = [inputs[x]!, inputs[y]!] as const;
    const run = () => (compiled ? f(...args, factor) : tf.tidy(() => f(...args, factor) as never));
    if (underTape) {
      const gradients = tf.tidy(() => {
        const { grads } = tf.variableGrads(
          () => tf.sum(tf.addN([tf.square(world.variables[0]!), ...listOf(run()).slice(0, 1)])) as tf.Scalar,
          [world.variables[0]!],
        );
        return Object.values(grads);
      });
      for (const gradient of gradients) seen.push([...(await gradient.data())]);
      tf.dispose(gradients);
    } else {
      const results = listOf(run());
      const old = new Map<tf.Tensor, string>([
        ...world.variables.map((variable, i) => [variable, `variable ${i}`] as const),
        ...world.outside.map((tensor, i) => [tensor, `outside ${i}`] as const),
        ...args.map((tensor, i) => [tensor, `argument ${i}`] as const),
      ]);
      for (const result of results)
        seen.push([old.get(result) ?? 'new', result.shape, [...(await result.data())]]);
      for (const result of new Set(results)) if (!old.has(result)) result.dispose();
    }
    for (const variable of world.variables) seen.push([...(await variable.data())]);
    seen.push(nn.defaultGenerator.getState());
  }
  if (compiled) (f as unknown as { dispose(): void }).dispose();
  world.optimizer.dispose();
  tf.dispose([...world.variables, ...world.outside, ...inputs]);
  seen.push(tf.memory().numTensors - before);
  return seen;
}

function listOf(result: unknown): tf.Tensor[] {
  if (result === undefined) return [];
  if (result instanceof tf.Tensor) return [result];
  return Object.values(result as object).flatMap(listOf);
}

describe('compile', () => {
  beforeAll(async () => {
    await useBackend(onnxruntime({ threads: 1, maxSessions: 200 }));
  });

  it(`does what the function does: ${PROGRAMS} random programs`, async () => {
    for (let seed = 1; seed <= PROGRAMS; seed++) {
      const c = new Choices(seed);
      const program = anyProgram(c);
      const kind = c.below(4);
      const kinds = Array.from({ length: 3 }, () => ({
        x: c.chance(0.7) ? 0 : c.below(3),
        y: c.chance(0.2) ? 0 : 1 + c.below(2),
        factor: c.one([2, 0, -0]),
      }));
      const calls = Array.from(
        { length: CALLS },
        (): Call => ({
          ...(c.chance(0.8) ? kinds[0]! : c.one(kinds)),
          event: c.chance(0.25) ? anyEvent(c) : () => {},
          underTape: c.chance(0.07),
        }),
      );
      const expected = await history(kind, program, calls, false);
      const actual = await history(kind, program, calls, true);
      expect(actual, `program ${seed}`).toEqual(expected);
    }
    console.log(`${bodies.plain} calls, ${bodies.plain - bodies.compiled} of them replayed`);
    expect(bodies.compiled).toBeLessThan(0.75 * bodies.plain);
  });
});
