import { Variable } from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

export interface BufferOptions {
  /** Whether the state dict contains the buffer. Default true */
  persistent?: boolean | undefined;
}

const bufferKinds = { persistent: kind.flag };

/** The kind of one part of a key. The keys of a state join parts by dots. */
export const nameKind: kind.Kind = kind.required({
  expected: 'a name without a dot',
  fits: (value) => typeof value === 'string' && value !== '' && !value.includes('.'),
});

const variableKind = kind.required(kind.variable);

interface Buffer {
  variable: Variable;
  readonly persistent: boolean;
  /** The field that holds the buffer: the field of the buffer's name, or the first field that was found */
  field?: string | undefined;
}

type Named = readonly [name: string, variable: Variable];

/**
 * The variables of one module: those among its fields, and those that it registered, by name. A buffer follows its
 * field: a variable that the field is given later becomes the buffer.
 */
export class OwnVariables {
  /** The buffers of all modules. A module that has another module's buffer in a field does not train it. */
  static readonly #allBuffers = new WeakSet<Variable>();

  readonly #module: object;
  readonly #isChild: (value: unknown) => boolean;
  readonly #parameters = new Map<string, Variable>();
  readonly #buffers = new Map<string, Buffer>();

  /** @param isChild whether a field's value is a module */
  constructor(module: object, isChild: (value: unknown) => boolean) {
    this.#module = module;
    this.#isChild = isChild;
  }

  addParameter(name: string, parameter: Variable): void {
    this.#checkFree('registerParameter', name, parameter);
    const isField = this.#fields().some(([field, value]) => field === name && value === parameter);
    if (!isField) this.#parameters.set(name, parameter);
  }

  addBuffer(name: string, variable: Variable, options: BufferOptions): void {
    const owner = this.#owner('registerBuffer');
    const { persistent = true } = checkOptions<BufferOptions>(owner, options, bufferKinds);
    this.#checkFree('registerBuffer', name, variable);
    checkValue(owner, 'buffer', variable, variableKind);
    this.#buffers.set(name, { variable: OwnVariables.#asBuffer(variable), persistent });
    this.#followFields();
  }

  *parameters(): Generator<Named> {
    this.#followFields();
    yield* this.#parameters;
    for (const [name, value] of this.#fields()) {
      if (value instanceof Variable && !OwnVariables.#allBuffers.has(value)) yield [name, value];
    }
  }

  *buffers(): Generator<Named> {
    this.#followFields();
    for (const [name, { variable }] of this.#buffers) yield [name, variable];
  }

  /** Parameters, followed by the buffers that are saved. */
  *state(): Generator<Named> {
    yield* this.parameters();
    for (const [name, { variable, persistent }] of this.#buffers) if (persistent) yield [name, variable];
  }

  #fields(): [name: string, value: unknown][] {
    return Object.entries(this.#module);
  }

  /**
   * A subclass gets its fields after its base class has registered variables, so names are compared again at each
   * walk.
   */
  #followFields(): void {
    const fields = new Map(this.#fields());
    for (const [name, buffer] of this.#buffers) {
      const holds = (field: string): boolean => fields.get(field) === buffer.variable;
      buffer.field ??= [name, ...fields.keys()].find(holds);
      const held = buffer.field === undefined ? undefined : fields.get(buffer.field);
      if (held instanceof Variable) buffer.variable = OwnVariables.#asBuffer(held);
    }
    const buffers = [...this.#buffers].map(([name, { variable }]): Named => [name, variable]);
    for (const [name, variable] of [...this.#parameters, ...buffers]) {
      const other = this.#otherThan(variable, fields.get(name));
      if (!other) continue;
      const { name: module } = this.#module.constructor;
      throw new Error(
        `${module}: the field '${name}' holds ${other}; its name is registered for something else`,
      );
    }
  }

  static #asBuffer(variable: Variable): Variable {
    variable.trainable = false;
    OwnVariables.#allBuffers.add(variable);
    return variable;
  }

  /** Names the content of a field that should hold a variable, if that content is a module or another variable. */
  #otherThan(variable: Variable, held: unknown): string | undefined {
    if (this.#isChild(held)) return 'a child module';
    return held instanceof Variable && held !== variable ? 'another variable' : undefined;
  }

  #checkFree(method: string, name: string, variable: Variable): void {
    checkValue(this.#owner(method), 'name', name, nameKind);
    const other = this.#otherThan(variable, new Map(this.#fields()).get(name));
    const field = other && `field with ${other}`;
    const taken = this.#parameters.has(name) ? 'parameter' : this.#buffers.has(name) ? 'buffer' : field;
    if (taken)
      throw new ArgumentError(this.#owner(method), 'name', `is '${name}', which a ${taken} has already`);
  }

  #owner(method: string): string {
    return `${this.#module.constructor.name}.${method}`;
  }
}
