import { dispose, fill, type Tensor, tidy, Variable, variable } from '@tensorflow/tfjs-core';
import { dependsOn, onRollback, replayable } from '@unroll/backend';
import { type Gradients, gradientOf, presentGradients } from './gradients.ts';
import {
  camelCase,
  type OptimizerStateDict,
  type SavedGroup,
  type SavedTensor,
  savedOptions,
  snakeCase,
  stateVariable,
} from './saved-state.ts';
import type { ScheduledGroup } from './schedulers/scheduled.ts';

/** What every optimizer can be told, for all parameters or group by group. */
export interface OptimizerOptions {
  /** The learning rate, at least 0 */
  lr: number;
  /** At least 0 */
  weightDecay: number;
  /** Ascend instead of descend */
  maximize: boolean;
}

/** Parameters with their options, as schedulers and users change them between steps. */
export type ParamGroup<Options> = Options & ScheduledGroup & { readonly params: readonly Variable[] };

/** A group as it is given: options that it leaves out are the optimizer's. */
export type ParamGroupInit<Options> = Partial<Options> & { params: Variable | readonly Variable[] };

/** All parameters in one group, or groups. */
export type Parameters<Options> = readonly Variable[] | readonly ParamGroupInit<Options>[];

/** What an optimizer remembers of one parameter. */
export interface ParameterState {
  /** Updates so far */
  step: number;
  /** Moments, buffers and sums, by name: untrainable variables, so that `useBackend` moves them with the model. */
  readonly tensors: Map<string, Variable>;
}

/** What one update computes from: the parameter, its gradient, and the state's tensors that exist. */
export type UpdateTensors<StateName extends string> = { param: Tensor; grad: Tensor } & {
  [name in StateName]?: Tensor;
};

/** Where a parameter's updates stand. */
export interface UpdateState<Options> {
  readonly options: Options;
  /** The number of this update, from 1 */
  readonly step: number;
}

/** How a state tensor begins: filled with a number, or as what the first update returns. */
export type InitialState = number | 'first update';

/** A parameter's next value and state, computed and not assigned. */
interface Update<StateName extends string> {
  readonly parameter: Variable;
  readonly names: readonly StateName[];
  readonly next: Tensor;
  readonly nextState: readonly Tensor[];
}

/**
 * The base of all optimizers, as `torch.optim.Optimizer`: it holds parameter groups and state, and applies a subclass's rule
 * to every parameter that has a gradient.
 */
export abstract class Optimizer<
  Options extends OptimizerOptions = OptimizerOptions,
  StateName extends string = string,
> {
  /** The options of groups that leave them out. */
  readonly defaults: Readonly<Options>;
  readonly paramGroups: ParamGroup<Options>[] = [];
  /** Empty for a parameter until its first update. */
  readonly state: Map<Variable, ParameterState> = new Map();

  /** @throws where there is no parameter, one comes twice, or an option is out of its range */
  constructor(params: Parameters<Options>, defaults: Options) {
    this.defaults = defaults;
    this.checkOptions(defaults);
    if (!Array.isArray(params)) {
      throw new Error(
        `${this.name}: params is ${described(params)}; expected an array of tf.Variable or of groups`,
      );
    }
    if (params.length === 0) throw new Error(`${this.name}: params is an empty list; expected parameters`);
    const groups = isGroups(params) ? params : [{ params } as unknown as ParamGroupInit<Options>];
    for (const group of groups) this.addParamGroup(group);
  }

  /** Throws where an option is out of its range. */
  protected abstract checkOptions(options: Options): void;

  /** The state tensors that a group's options need, in the order in which `update` returns them. */
  protected abstract initialState(options: Options): Readonly<Partial<Record<StateName, InitialState>>>;

  /**
   * The rule: the new parameter, then the new state tensors. Pure. What it takes from `now` are `liveAttrs`: a captured step
   * is replayed with later options and counts.
   */
  protected abstract update(tensors: UpdateTensors<StateName>, now: () => UpdateState<Options>): Tensor[];

  protected get name(): string {
    return this.constructor.name;
  }

  /** Adds parameters with options of their own, for instance layers that are thawed in the course of training. */
  addParamGroup(init: ParamGroupInit<Options>): void {
    const params = init.params instanceof Variable ? [init.params] : [...init.params];
    const where = `${this.name}: paramGroups[${this.paramGroups.length}].params`;
    const known = new Set(this.paramGroups.flatMap((group) => group.params));
    params.forEach((parameter, i) => {
      if (!(parameter instanceof Variable)) {
        throw new Error(`${where}[${i}] is ${described(parameter)}; expected a tf.Variable`);
      }
      if (parameter.dtype !== 'float32') {
        throw new Error(`${where}[${i}] has dtype ${parameter.dtype}; expected float32`);
      }
      if (known.has(parameter)) {
        throw new Error(`${where}[${i}] (variable ${parameter.name}) is in the optimizer already`);
      }
      known.add(parameter);
    });
    const group: ParamGroup<Options> = { ...this.defaults, ...init, params };
    this.checkOptions(group);
    this.paramGroups.push(group);
  }

  /** Every parameter, group after group. */
  parameters(): Variable[] {
    return this.paramGroups.flatMap((group) => group.params);
  }

  /**
   * Updates each parameter that has a gradient; the others, and their state, stay. The gradients are the caller's to dispose.
   *
   * @throws where a gradient's shape is not its parameter's, where there are gradients but none is of a parameter of this
   *   optimizer, and where an update cannot be computed; then nothing is updated
   */
  step(gradients: Gradients): void {
    const updates = this.paramGroups.flatMap((group) =>
      group.params.flatMap((parameter) => {
        const gradient = gradientOf(gradients, parameter);
        return gradient ? [{ group, parameter, gradient }] : [];
      }),
    );
    if (updates.length === 0 && presentGradients(gradients).length > 0) {
      throw new Error(`${this.name}.step: none of the gradients belongs to a parameter of this optimizer`);
    }
    for (const { parameter, gradient } of updates) this.#checkGradient(parameter, gradient);
    dependsOn(() =>
      this.paramGroups.map((group) => [group.params.map(({ id }) => id), this.initialState(group)]),
    );
    // What cannot be computed is to leave everything as it is: all updates first, then all assignments.
    const computed: Update<StateName>[] = [];
    try {
      for (const { group, parameter, gradient } of updates) {
        computed.push(this.#computeUpdate(group, parameter, gradient));
      }
    } catch (error) {
      dispose(computed.flatMap(({ next, nextState }) => [next, ...nextState]));
      throw error;
    }
    for (const update of computed) this.#makeUpdate(update);
  }

  #checkGradient(parameter: Variable, gradient: Tensor): void {
    const which = `${this.name}.step: the gradient of variable ${parameter.name}`;
    if (parameter.isDisposed) throw new Error(`${this.name}.step: variable ${parameter.name} is disposed`);
    if (!sameShape(gradient.shape, parameter.shape)) {
      throw new Error(`${which} has shape [${gradient.shape}]; expected [${parameter.shape}]`);
    }
    if (gradient.dtype !== 'float32')
      throw new Error(`${which} has dtype ${gradient.dtype}; expected float32`);
  }

  #computeUpdate(group: ParamGroup<Options>, parameter: Variable, gradient: Tensor): Update<StateName> {
    const needed = Object.entries(this.initialState(group)) as [StateName, InitialState][];
    const now = (): UpdateState<Options> => ({
      options: this.paramGroups.find(({ params }) => params.includes(parameter))!,
      step: (this.state.get(parameter)?.step ?? 0) + 1,
    });
    const [next, ...nextState] = tidy(() => {
      const known = this.state.get(parameter)?.tensors;
      const tensors = { param: parameter, grad: gradient } as UpdateTensors<StateName>;
      for (const [name, initial] of needed) {
        const value =
          known?.get(name) ?? (initial === 'first update' ? undefined : fill(parameter.shape, initial));
        if (value) Object.assign(tensors, { [name]: value });
      }
      return this.update(tensors, now);
    }) as [Tensor, ...Tensor[]];
    return { parameter, names: needed.map(([name]) => name), next, nextState };
  }

  #makeUpdate({ parameter, names, next, nextState }: Update<StateName>): void {
    const isNew = !this.state.has(parameter);
    if (isNew) this.state.set(parameter, { step: 0, tensors: new Map() });
    const state = this.state.get(parameter)!;
    take(parameter, next);
    const created = names.filter((name) => !state.tensors.has(name));
    names.forEach((name, i) => {
      const existing = state.tensors.get(name);
      const value = nextState[i]!;
      if (existing) {
        take(existing, value);
      } else {
        state.tensors.set(name, variable(value, false));
        value.dispose();
      }
    });
    const uncount = replayable(() => {
      const counted = this.state.get(parameter)!;
      counted.step++;
      return () => {
        counted.step--;
      };
    });
    onRollback(parameter, () => {
      uncount();
      for (const name of created) {
        const tensor = state.tensors.get(name);
        state.tensors.delete(name);
        if (tensor && !tensor.isDisposed) tensor.dispose();
      }
      if (isNew && this.state.get(parameter) === state) this.state.delete(parameter);
    });
  }

  /** The live state, not copies: it goes on changing with the next step, as PyTorch's does, and is not to be disposed. */
  stateDict(): OptimizerStateDict {
    let next = 0;
    const state: Record<number, Record<string, number | SavedTensor>> = {};
    const groups = this.paramGroups.map(({ params, ...options }): SavedGroup => {
      const saved = Object.entries(options).map(([name, value]) => [snakeCase(name), value]);
      const numbers = params.map((parameter) => {
        const number = next++;
        const known = this.state.get(parameter);
        if (known) {
          const tensors = [...known.tensors].map(([name, tensor]) => [snakeCase(name), tensor]);
          state[number] = { step: known.step, ...Object.fromEntries(tensors) };
        }
        return number;
      });
      return { ...Object.fromEntries(saved), params: numbers };
    });
    return { state, param_groups: groups };
  }

  /**
   * Takes over a saved state and its groups' options, all or, where something does not fit, nothing. Parameters are matched
   * by their order. What PyTorch keeps as a tensor `step` has to come as a number.
   *
   * @throws where groups, their sizes, a state's names or shapes differ from this optimizer's
   */
  loadStateDict(stateDict: OptimizerStateDict): void {
    const fail = (problem: string): never => {
      throw new Error(`${this.name}.loadStateDict: ${problem}`);
    };
    const { state, param_groups: saved } = stateDict;
    if (saved.length !== this.paramGroups.length) {
      fail(`there are ${saved.length} parameter groups; the optimizer has ${this.paramGroups.length}`);
    }
    const byNumber = new Map<number, { parameter: Variable; names: readonly string[] }>();
    const options = saved.map((savedGroup, i) => {
      const group = this.paramGroups[i]!;
      if (savedGroup.params.length !== group.params.length) {
        fail(
          `group ${i} has ${savedGroup.params.length} parameters; the optimizer's has ${group.params.length}`,
        );
      }
      const merged: ParamGroup<Options> = { ...group, ...savedOptions(savedGroup), params: group.params };
      this.checkOptions(merged);
      const names = Object.keys(this.initialState(merged));
      savedGroup.params.forEach((number, j) => {
        byNumber.set(number, { parameter: group.params[j]!, names });
      });
      return merged;
    });

    const loads = Object.entries(state).map(([number, entries]) => {
      const { parameter, names } =
        byNumber.get(Number(number)) ?? fail(`state ${number} belongs to no parameter of a group`);
      const { step = 0, ...rest } = entries;
      if (typeof step !== 'number') fail(`state ${number}.step is ${described(step)}; expected a number`);
      const tensors = Object.entries(rest).flatMap(([key, value]): [string, SavedTensor][] => {
        if (value === null) return [];
        if (!names.includes(camelCase(key))) {
          fail(
            `state ${number} has '${key}'; this optimizer keeps ${names.map(snakeCase).join(', ') || 'none'}`,
          );
        }
        if (typeof value === 'number') return fail(`state ${number}.${key} is a number; expected a tensor`);
        if (!sameShape(value.shape, parameter.shape)) {
          fail(`state ${number}.${key} has shape [${value.shape}]; its parameter's is [${parameter.shape}]`);
        }
        return [[camelCase(key), value]];
      });
      return { parameter, step: step as number, tensors };
    });

    const loaded = loads.map(({ parameter, step, tensors }) => ({
      parameter,
      state: { step, tensors: new Map(tensors.map(([name, value]) => [name, stateVariable(value)])) },
    }));
    this.#disposeState();
    for (const { parameter, state } of loaded) this.state.set(parameter, state);
    this.paramGroups.splice(0, options.length, ...options);
  }

  /** Frees the state; the parameters are the model's. The optimizer may go on, as if it had not made a step yet. */
  dispose(): void {
    this.#disposeState();
  }

  /** `using optimizer = new …` disposes it at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #disposeState(): void {
    for (const { tensors } of this.state.values()) for (const tensor of tensors.values()) tensor.dispose();
    this.state.clear();
  }
}

/** Puts a tensor in a variable's place without copying: the old value is freed, the tensor handed over. */
function take(target: Variable, value: Tensor): void {
  target.assign(value);
  value.dispose();
}

function isGroups<Options>(params: Parameters<Options>): params is readonly ParamGroupInit<Options>[] {
  return params.some((element) => typeof element === 'object' && element !== null && 'params' in element);
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

function described(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value);
  return value instanceof Variable ? 'a tf.Variable' : `a ${value.constructor?.name ?? 'object'}`;
}
