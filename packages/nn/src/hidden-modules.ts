import { Variable } from '@tensorflow/tfjs-core';
import { isDevelopment } from '@unroll/backend/checks';

/** The methods of a module that a search for hidden modules calls */
interface Searched {
  modules(): readonly object[];
  parameters(): readonly Variable[];
  buffers(): readonly Variable[];
}

/** The classes examined so far; each is examined once. */
const examined = new WeakSet<object>();

/** The names of all modules' classes so far */
const classNames = new Set<string>();

const COMMENTS = /\/\*.*?\*\/|\/\/[^\n]*/gs;

/** An assignment to a private field with `new` and a class's name on the same line */
const PRIVATE_MODULE = /#(\w+)\s*(?:\?\?)?=(?!=)[^;\n]*?\bnew\s+(?:[\w$]+\.)*([\w$]+)\s*\(/g;

/** Levels of containers in containers that are searched */
const DEPTH = 3;

/** Members of a container that are searched: a field may hold a whole data set. */
const MOST = 100;

/** Remembers the name of a module's class. */
export function noteModule(module: object): void {
  classNames.add(module.constructor.name);
}

/**
 * Warns of modules and parameters that a walk over fields does not reach: those in arrays and other containers, and modules in
 * `#private` fields. It warns once for each class, and only in development.
 *
 * @param root the module from which the walk began
 * @param isModule whether a value is a module
 */
export function warnOfHiddenModules(
  module: object,
  root: Searched,
  isModule: (value: unknown) => boolean,
): void {
  const Class = module.constructor;
  if (examined.has(Class)) return;
  examined.add(Class);
  if (!isDevelopment()) return;
  const reached = () => new Set<unknown>([...root.modules(), ...root.parameters(), ...root.buffers()]);
  const hints = [...hintsOfContainers(module, isModule, reached), ...hintsOfPrivateFields(module)];
  for (const hint of hints) {
    console.warn(
      `${Class.name}: ${hint}. What is in there is neither trained nor saved, and train(), eval() and dispose() do not reach it.`,
    );
  }
}

function* hintsOfContainers(
  module: object,
  isModule: (value: unknown) => boolean,
  reached: () => ReadonlySet<unknown>,
): Generator<string> {
  for (const [field, value] of Object.entries(module)) {
    const members = membersOf(value, DEPTH);
    const hidden = members.filter((member) => isModule(member) || member instanceof Variable);
    if (hidden.length === 0) continue;
    const found = reached();
    if (hidden.every((member) => found.has(member))) continue;
    if (hidden.some(isModule)) {
      const list = Array.isArray(value) ? 'an nn.ModuleList' : 'an nn.ModuleDict';
      yield `the field '${field}' holds modules in ${kindOf(value)}, where they are not found; put them into ${list}`;
    } else {
      yield `the field '${field}' holds variables in ${kindOf(value)}, where they are not found; put them into an nn.ParameterList`;
    }
  }
}

/** Private fields cannot be read from outside, so the class's source text is searched: `#layers = [new nn.LSTM(`. */
function* hintsOfPrivateFields(module: object): Generator<string> {
  const text = Function.prototype.toString.call(module.constructor).replace(COMMENTS, '');
  for (const [, field, className] of text.matchAll(PRIVATE_MODULE)) {
    if (!classNames.has(className!)) continue;
    yield `the private field '#${field}' holds a module (${className}), where it is not found; make it a public field (TypeScript's private will do)`;
  }
}

function membersOf(value: unknown, depth: number): unknown[] {
  const members = ownMembers(value);
  return depth === 0 ? members : members.flatMap((member) => [member, ...membersOf(member, depth - 1)]);
}

function ownMembers(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.slice(0, MOST);
  if (value instanceof Map || value instanceof Set) return [...value.values()].slice(0, MOST);
  return isPlain(value) ? Object.values(value).slice(0, MOST) : [];
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Map) return 'a Map';
  return value instanceof Set ? 'a Set' : 'an object';
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
