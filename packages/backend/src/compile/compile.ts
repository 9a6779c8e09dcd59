import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { func, required, whole } from '../checks/kinds.ts';
import { checkOptions, checkValue } from '../checks/options.ts';
import { currentBackend } from '../engine/current-backend.ts';
import { isRecording } from '../engine/differentiable.ts';
import type { Capture, CapturingBackend, Rehearsal } from './capture.ts';
import { filled, isOfTensors, replaceTensors, signatureOf, tensorsOf } from './containers.ts';

/**
 * An argument of a compiled function: a tensor or a plain value. Each combination of plain values has its own capture.
 */
export type Argument =
  | Tensor
  | number
  | string
  | boolean
  | null
  | undefined
  | readonly Argument[]
  | { readonly [name: string]: Argument };

export interface CompileOptions {
  /** Number of captures to keep; those whose arguments were used least recently are freed. Default: 64 */
  maxCaptures?: number | undefined;
}

/** A function that is captured once for each shape of its arguments, and replayed. */
export interface CompiledFunction<Args extends readonly Argument[], Result> {
  (...args: Args): Result;
  /** Number of captures so far */
  readonly captures: number;
  /** Frees all captures; the function may be called again. */
  dispose(): void;
}

/** The state of one kind of call. */
interface Signature {
  /** Normal calls, one for each host state; optimizers create their state in them. */
  rehearsals: Omit<Rehearsal<unknown>, 'result'>[];
  captures: Capture[];
  /** Whether calls upload different data or return anything but tensors. Such calls are not captured. */
  isImpure: boolean;
}

/** Number of host states, such as training and evaluation, for which one signature is captured. */
const MAX_STATES = 4;

/**
 * Captures the computation of a function, typically a training step, and replays it without calling the function. A
 * replay saves the time that TensorFlow.js and layers need to build the same computation again. It gives the same
 * results as the function if the function depends only on the things listed below. If its uploads differ from call to
 * call, the function is called instead.
 *
 * On backends that can capture (`capabilities().captures`), the first call with arguments of given shapes runs
 * normally, the second is captured, and later ones are replayed. On other backends, and while a gradient is being
 * computed, the function is called. Results may depend on the tensors among the arguments, on variables (which may be
 * assigned), on optimizers and their options, on modules' modes and on dropout. Other tensors that the function uses
 * are constants of a capture as long as they live. All other program state that the function reads must not change.
 *
 * @throws if the function, while it is captured, reads a tensor, creates or disposes a variable, keeps a tensor, or
 * needs a kernel that runs on the host
 *
 * @example
 * const trainStep = compile((x: tf.Tensor, y: tf.Tensor1D) => update(optimizer, () => nn.crossEntropy(model.forward(x), y)));
 * const loss = trainStep(x, y);
 */
export function compile<const Args extends readonly Argument[], Result>(
  f: (...args: Args) => Result,
  options: CompileOptions = {},
): CompiledFunction<Args, Result> {
  checkValue('compile', 'f', f, required(func));
  const { maxCaptures = 64 } = checkOptions('compile', options, { maxCaptures: whole(1) });
  const signatures = new Map<string, Signature>();
  let owner: object | undefined;
  let captures = 0;

  const forget = (signature: string): void => {
    for (const capture of signatures.get(signature)?.captures ?? []) capture.dispose();
    signatures.delete(signature);
  };

  const dispose = (): void => {
    for (const signature of [...signatures.keys()]) forget(signature);
  };

  /** The state of the signature, which becomes the most recently used one. */
  const known = (signature: string): Signature => {
    const found = signatures.get(signature) ?? { rehearsals: [], captures: [], isImpure: false };
    signatures.delete(signature);
    signatures.set(signature, found);
    if (signatures.size > maxCaptures) forget(signatures.keys().next().value!);
    return found;
  };

  const call = (...args: Args): Result => {
    const plain = (): Result => tidy(() => f(...args) as never) as Result;
    const backend = currentBackend() as Partial<CapturingBackend>;
    if (!isCapturing(backend) || backend.isObserving || isRecording()) return plain();
    if (backend !== owner) {
      dispose();
      owner = backend;
    }
    const tensors = tensorsOf(args);
    const signature = known(signatureOf(args, tensors));
    if (signature.isImpure) return plain();
    const replayed = replay(signature, tensors);
    if (replayed) return replayed.result as Result;

    const rehearsal = signature.rehearsals.find((candidate) => candidate.isUnchanged());
    if (!rehearsal) {
      const { result, ...rest } = backend.rehearse(plain);
      signature.rehearsals = [rest, ...signature.rehearsals].slice(0, MAX_STATES);
      signature.isImpure = !isOfTensors(result);
      return result;
    }
    const withTensors = (others: readonly Tensor[]): unknown =>
      f(...(replaceTensors(args, (tensor) => others[tensors.indexOf(tensor)]!) as Args));
    const capture = backend.capture(withTensors, tensors, rehearsal.uploads);
    captures++;
    const result = filled(capture.template, capture.first(tensors)) as Result;
    if (capture.isPure) {
      signature.captures.unshift(capture);
      for (const old of signature.captures.splice(MAX_STATES)) old.dispose();
    } else {
      capture.dispose();
      signature.isImpure = true;
    }
    return result;
  };
  return Object.defineProperty(Object.assign(call, { dispose, captures }), 'captures', {
    get: () => captures,
  });
}

/** The results, in their containers, of the first capture that matches the host state. */
function replay(signature: Signature, tensors: readonly Tensor[]): { result: unknown } | undefined {
  for (const capture of signature.captures) {
    if (!capture.isValid()) continue;
    const results = capture.replay(tensors);
    if (results) return { result: filled(capture.template, results) };
  }
  return undefined;
}

function isCapturing(backend: Partial<CapturingBackend>): backend is CapturingBackend {
  return backend?.capture !== undefined;
}
