import { Tensor, Variable } from '@tensorflow/tfjs-core';
import { Place } from './capture.ts';

/** Whether a value is a plain object, not an instance of a class, which is more than its fields. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

/** Whether a result consists of tensors: one tensor, or tensors in lists and plain objects. */
export function isOfTensors(value: unknown): boolean {
  if (value === undefined || value instanceof Tensor) return true;
  if (Array.isArray(value)) return value.every(isOfTensors);
  return isPlain(value) && Object.values(value).every(isOfTensors);
}

/** Whether the text of a value distinguishes it from other values. */
const isValue = (value: unknown): boolean =>
  value === null || !['object', 'function', 'symbol'].includes(typeof value);

/** A copy of a result with each tensor mapped to another value. */
export function mapTensors(value: unknown, map: (tensor: Tensor) => unknown): unknown {
  if (value instanceof Tensor) return map(value);
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.map((member) => mapTensors(member, map));
  if (isPlain(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapTensors(member, map)]));
  }
  throw new Error(
    `compile: the function returns ${String(value)}; expected tensors, alone, in lists or in objects`,
  );
}

/** The tensors among the arguments in their order, each once. */
export function tensorsOf(value: unknown, found: Tensor[] = []): Tensor[] {
  if (value instanceof Tensor) {
    if (!found.includes(value)) found.push(value);
  } else if (Array.isArray(value)) {
    for (const member of value) tensorsOf(member, found);
  } else if (isPlain(value)) {
    for (const member of Object.values(value)) tensorsOf(member, found);
  }
  return found;
}

/** A copy of the arguments with other tensors. */
export function replaceTensors(value: unknown, replace: (tensor: Tensor) => Tensor): unknown {
  if (value instanceof Tensor) return replace(value);
  if (Array.isArray(value)) return value.map((member) => replaceTensors(member, replace));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, replaceTensors(member, replace)]),
  );
}

/** A template with the results inserted at their places. */
export function filled(template: unknown, results: readonly Tensor[]): unknown {
  if (template instanceof Place) return results[template.result];
  if (Array.isArray(template)) return template.map((member) => filled(member, results));
  if (template === undefined) return undefined;
  const entries = Object.entries(template as object);
  return Object.fromEntries(entries.map(([name, member]) => [name, filled(member, results)]));
}

/**
 * Calls with the same signature share a capture. A tensor counts by its shape and dtype and by which arguments are the
 * same tensor. A variable counts by identity, everything else by its value.
 */
export function signatureOf(args: unknown, tensors: readonly Tensor[]): string {
  if (args instanceof Variable) return `variable ${args.id}`;
  if (args instanceof Tensor) return `${args.dtype}[${args.shape}]#${tensors.indexOf(args)}`;
  if (Array.isArray(args)) return `[${args.map((member) => signatureOf(member, tensors)).join()}]`;
  if (isPlain(args)) {
    const members = Object.entries(args).map(
      ([name, member]) => `${JSON.stringify(name)}:${signatureOf(member, tensors)}`,
    );
    return `{${members.join()}}`;
  }
  if (typeof args === 'string') return JSON.stringify(args);
  if (ArrayBuffer.isView(args)) return `${args.constructor.name}(${String(args)})`;
  if (!isValue(args)) {
    const given =
      typeof args === 'object' ? `an object of the class ${args?.constructor.name}` : `a ${typeof args}`;
    throw new Error(
      `compile: among the arguments is ${given}; expected tensors, plain values, and lists and plain objects of them`,
    );
  }
  return Object.is(args, -0) ? '-0' : String(args);
}
