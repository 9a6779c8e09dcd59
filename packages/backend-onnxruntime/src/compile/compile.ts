import { engine, Tensor, tensor_util, tidy } from '@tensorflow/tfjs-core';
import { OnnxruntimeBackend } from '../onnxruntime-backend.ts';
import { Capture } from './capture.ts';

/** What a compiled function takes: tensors, and plain values, of which each combination is captured by itself. */
export type Argument = Tensor | number | string | boolean | null | undefined | readonly Argument[];

/** A function that is captured once for each shape of its arguments, and replayed. */
export interface Compiled<Args extends readonly Argument[], Result> {
  (...args: Args): Result;
  /** Captures so far, for as many shapes of the arguments */
  readonly captures: number;
  /** Frees what captures hold; the function may be called again. */
  dispose(): void;
}

/** What is known of one kind of call. */
interface Signature {
  /** Absent after the first call, which runs as it is: optimizers make their state then. */
  capture?: Capture;
  /** The results in their containers, with a number in the place of each tensor */
  template?: unknown;
}

/**
 * Captures what a pure function computes, a training step above all, and replays it without calling the function: the time
 * that TensorFlow.js and layers take to say again what is to be done is saved. Results are those of the function itself.
 *
 * The first call with arguments of some shapes runs as it is, the second is captured, later ones are replays. Pure means:
 * results depend on the tensors among the arguments, on variables (which may be assigned), and on nothing else that changes.
 * Tensors that the function makes from plain numbers, and other tensors that it finds, are constants of the capture.
 * Optimizers' rates and counts, and dropout, move on as ever. On other backends the function is simply called.
 *
 * @example
 * const trainStep = compile((x: tf.Tensor, y: tf.Tensor1D) => update(optimizer, () => nn.crossEntropy(model.forward(x), y)));
 * const loss = trainStep(x, y);
 *
 * @throws where the function reads a tensor, creates or disposes a variable, returns what is not computed, or needs the host
 */
export function compile<const Args extends readonly Argument[], Result>(
  f: (...args: Args) => Result,
): Compiled<Args, Result> {
  const signatures = new Map<string, Signature>();
  let owner: OnnxruntimeBackend | undefined;
  let captures = 0;

  const dispose = (): void => {
    for (const { capture } of signatures.values()) capture?.dispose();
    signatures.clear();
  };

  const call = (...args: Args): Result => {
    const { backend } = engine();
    if (!(backend instanceof OnnxruntimeBackend) || backend.recording.isCapturing) return f(...args);
    if (backend !== owner) {
      signatures.clear();
      owner = backend;
    }
    const tensors = tensor_util.getTensorsInContainer(args as never) as Tensor[];
    const key = signatureOf(args, tensors);
    const known = signatures.get(key);
    if (!known) {
      const result = tidy(() => f(...args) as never) as Result;
      signatures.set(key, {});
      return result;
    }
    if (known.capture?.isValid) return filled(known.template, known.capture.replay(tensors)) as Result;
    known.capture?.dispose();
    const { capture, result } = Capture.of(backend, () => f(...args), tensors);
    captures++;
    known.capture = capture;
    let next = 0;
    known.template = mapTensors(result, () => new Place(next++));
    return result;
  };
  return Object.defineProperty(Object.assign(call, { dispose }), 'captures', {
    get: () => captures,
  }) as unknown as Compiled<Args, Result>;
}

/** Stands for the result of its number. */
class Place {
  readonly result: number;

  constructor(result: number) {
    this.result = result;
  }
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof Tensor) && !(value instanceof Place);

function mapTensors(value: unknown, map: (tensor: Tensor) => unknown): unknown {
  if (value instanceof Tensor) return map(value);
  if (Array.isArray(value)) return value.map((member) => mapTensors(member, map));
  if (isPlain(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapTensors(member, map)]));
  }
  throw new Error(
    `compile: the function returns ${String(value)}; expected tensors, alone, in lists or in objects`,
  );
}

function filled(template: unknown, results: readonly Tensor[]): unknown {
  if (template instanceof Place) return results[template.result];
  if (Array.isArray(template)) return template.map((member) => filled(member, results));
  const entries = Object.entries(template as object);
  return Object.fromEntries(entries.map(([name, member]) => [name, filled(member, results)]));
}

/** Calls of one signature have one capture: tensors by shape and dtype, and by which of them are the same, or variables. */
function signatureOf(args: readonly Argument[], tensors: readonly Tensor[]): string {
  const variables = new Map(Object.values(engine().registeredVariables).map((v) => [v.dataId, v.name]));
  const described = (argument: Argument): unknown => {
    if (argument instanceof Tensor) {
      const { shape, dtype, dataId } = argument;
      const first = tensors.findIndex((tensor) => tensor.dataId === dataId);
      return { shape, dtype, first, variable: variables.get(dataId) };
    }
    if (Array.isArray(argument)) return argument.map(described);
    return typeof argument === 'number' ? String(argument) : argument;
  };
  return JSON.stringify(args.map(described));
}
