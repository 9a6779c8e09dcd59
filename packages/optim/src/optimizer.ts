import { dispose, fill, type Tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { checkValue } from '@unroll/backend/checks';
import { dependsOn } from '@unroll/backend/operations';
import { countUpdate } from './count-update.ts';
import { checkGradient, type Gradients, gradientOf, gradientsKind, presentGradients } from './gradients.ts';
import { ownResults } from './own-results.ts';
import { ownRule } from './own-rule.ts';
import {
  checkedOptions,
  checkParameters,
  checkRates,
  type Given,
  groupsOf,
  type ParamGroup,
  type ParamGroupInit,
  type ParamsInit,
  splitGroup,
} from './parameter-groups.ts';
import { makeStates, type ParameterState } from './parameter-state.ts';
import { readStateDict } from './read-state-dict.ts';
import type { OptimizerStateDict } from './saved-state.ts';
import { TensorGrowth } from './tensor-growth.ts';
import { UpdateMoment } from './update-moment.ts';
import type { InitialState, StateTensors, Update, UpdatedTensors, UpdateTensors } from './update-rule.ts';
import { writeStateDict } from './write-state-dict.ts';

/** Options of every optimizer, for all parameters or group by group. */
export interface OptimizerOptions {
  /** The learning rate, at least 0 */
  lr: number;
  /** At least 0 */
  weightDecay: number;
  /** Ascend instead of descend */
  maximize: boolean;
}

/**
 * The base of all optimizers, as `torch.optim.Optimizer`: it holds parameter groups and state, and applies a subclass's rule
 * to every parameter that has a gradient.
 */
export abstract class Optimizer<
  Options extends OptimizerOptions = OptimizerOptions,
  StateName extends string = string,
> {
  /** The options of groups that do not set them. */
  readonly defaults: Readonly<Options>;
  readonly paramGroups: ParamGroup<Options>[] = [];
  /** Empty for a parameter until its first update. */
  readonly state: Map<Variable, ParameterState> = new Map();
  readonly #growth = new TensorGrowth();

  /**
   * @param defaults a value for each option
   * @param options values that replace the defaults
   * @throws where there is no parameter, a parameter comes twice, or an option is unknown, not of its kind or out of
   *   its range
   */
  constructor(params: ParamsInit<Options>, defaults: Options, options: Given<Options> = {}) {
    this.defaults = { ...defaults, ...checkedOptions(this.name, options, defaults) };
    checkRates(this.name, this.defaults);
    this.checkOptions?.(this.defaults);
    for (const group of groupsOf(this.name, params)) this.#addGroup(group);
  }

  /** Throws if one of a subclass's own options is out of its range; the base class checks `lr` and `weightDecay`. */
  protected checkOptions?(options: Options): void;

  /** The names of all state tensors that a saved state may have, whatever the options are now. */
  protected stateNames(): readonly StateName[] {
    return this.paramGroups.flatMap((group) => Object.keys(this.initialState(group)) as StateName[]);
  }

  /** The state tensors that a group's options need, and how each begins. */
  protected abstract initialState(options: Options): Readonly<Partial<Record<StateName, InitialState>>>;

  /**
   * The rule, in TensorFlow.js operations: computes the new parameter and the new state tensors, and changes nothing. Options
   * and counts come from `now`.
   *
   * @example
   * protected override rule({ param, grad }, now) {
   *   return { param: tf.sub(param, tf.mul(now.scalar(({ options }) => options.lr), tf.sign(grad))) };
   * }
   */
  protected abstract rule(
    tensors: UpdateTensors<StateName>,
    now: UpdateMoment<Options>,
  ): UpdatedTensors<StateName>;

  /**
   * The same update by one kernel, if there is one. It replaces the `rule` of its own class, but not a `rule` that a
   * subclass defines.
   */
  protected fusedRule?(
    tensors: UpdateTensors<StateName>,
    now: UpdateMoment<Options>,
  ): UpdatedTensors<StateName>;

  protected get name(): string {
    return this.constructor.name;
  }

  /**
   * Adds parameters with options of their own, for instance layers that are unfrozen during training.
   *
   * @throws where the optimizer already has a parameter, or an option is unknown, not of its kind or out of its range
   */
  addParamGroup(init: ParamGroupInit<Options>): void {
    this.#addGroup(init);
  }

  #addGroup(init: object): void {
    const which = `paramGroups[${this.paramGroups.length}]`;
    const { params, options, notes } = splitGroup(`${this.name}: ${which}`, init);
    checkParameters(this.name, `${which}.params`, params, this.parameters());
    const own = checkedOptions(this.name, options, this.defaults);
    const group: ParamGroup<Options> = { ...this.defaults, ...own, params };
    if (notes) group.notes = { ...notes };
    checkRates(this.name, group);
    this.checkOptions?.(group);
    this.paramGroups.push(group);
  }

  /** Every parameter, group after group. */
  parameters(): Variable[] {
    return this.paramGroups.flatMap((group) => group.params);
  }

  /**
   * Updates each parameter that has a gradient. Other parameters and their state stay as they are. The caller
   * disposes the gradients.
   *
   * @throws where a gradient's shape is not its parameter's, where there are gradients but none belongs to a
   *   parameter of this optimizer, and where an update fails, lacks a result or returns a result of another shape or
   *   dtype; nothing is updated then
   */
  step(gradients: Gradients): void {
    checkValue(`${this.name}.step`, 'gradients', gradients, gradientsKind);
    this.#growth.note(`${this.name}.step`);
    const updates = this.paramGroups.flatMap((group) =>
      group.params.flatMap((parameter) => {
        const gradient = gradientOf(gradients, parameter);
        return gradient ? [{ group, parameter, gradient }] : [];
      }),
    );
    if (updates.length === 0 && presentGradients(gradients).length > 0) {
      throw new Error(`${this.name}.step: none of the gradients belongs to a parameter of this optimizer`);
    }
    for (const { parameter, gradient } of updates) checkGradient(`${this.name}.step`, parameter, gradient);
    // All updates are computed before the first is assigned, so an update that fails changes nothing.
    const initial: StateTensors<StateName>[] = [];
    const computed: Update<StateName>[] = [];
    try {
      for (const { group, parameter } of updates) initial.push(this.#initialTensors(group, parameter));
      updates.forEach(({ group, parameter, gradient }, i) => {
        computed.push(this.#computeUpdate(group, parameter, gradient, initial[i]!));
      });
    } catch (error) {
      dispose(computed.flatMap(({ next, nextState }) => [next, ...nextState]));
      throw error;
    } finally {
      dispose(initial.flatMap((tensors) => Object.values(tensors) as Tensor[]));
    }
    for (const update of computed) this.#makeUpdate(update);
    // This comes after the updates, because a parameter's first update makes its state.
    dependsOn(() =>
      this.paramGroups.map((group) => [
        group.params.map((parameter) => [
          parameter.id,
          ...(this.state.get(parameter)?.tensors.keys() ?? ['none']),
        ]),
        this.initialState(group),
      ]),
    );
  }

  /** The initial values of the state tensors that a parameter does not have yet. */
  #initialTensors(group: ParamGroup<Options>, parameter: Variable): StateTensors<StateName> {
    const known = this.state.get(parameter)?.tensors;
    const tensors: StateTensors<StateName> = {};
    for (const [name, initial] of Object.entries(this.initialState(group)) as [StateName, InitialState][]) {
      if (initial === 'first update' || known?.has(name)) continue;
      const [shape, value] = typeof initial === 'number' ? [parameter.shape, initial] : [[], initial.scalar];
      Object.assign(tensors, { [name]: fill(shape, value) });
    }
    return tensors;
  }

  #computeUpdate(
    group: ParamGroup<Options>,
    parameter: Variable,
    gradient: Tensor,
    initial: StateTensors<StateName>,
  ): Update<StateName> {
    const states = Object.entries(this.initialState(group)) as [StateName, InitialState][];
    const names = states.map(([name]) => name);
    const { shape } = parameter;
    const stateShapes = states.map(([name, begin]) => [name, typeof begin === 'object' ? [] : shape]);
    const shapes = { param: shape, ...Object.fromEntries(stateShapes) };
    const now = new UpdateMoment(() => ({
      options: this.paramGroups.find(({ params }) => params.includes(parameter))!,
      step: (this.state.get(parameter)?.step ?? 0) + 1,
    }));
    const known = this.state.get(parameter)?.tensors;
    const state = names.flatMap((name) => (known?.has(name) ? [[name, known.get(name)!]] : []));
    const tensors = { param: parameter, grad: gradient, ...initial, ...Object.fromEntries(state) };
    const rule = ownRule(this, Optimizer.prototype);
    const [next, ...nextState] = tidy(() => {
      const updated = rule === 'fusedRule' ? this.fusedRule!(tensors, now) : this.rule(tensors, now);
      return ownResults(`${this.name}.${rule}`, updated, shapes, Object.values<Tensor>(tensors));
    }) as [Tensor, ...Tensor[]];
    return { parameter, names, next, nextState };
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
    const unmake = (): void => {
      for (const name of created.splice(0)) {
        const tensor = state.tensors.get(name);
        state.tensors.delete(name);
        if (tensor && !tensor.isDisposed) tensor.dispose();
      }
      if (isNew && this.state.get(parameter) === state) this.state.delete(parameter);
    };
    const count = (): (() => void) => {
      const counted = this.state.get(parameter)!;
      counted.step++;
      return () => {
        counted.step--;
      };
    };
    countUpdate([parameter], count, unmake);
  }

  /**
   * The live state, not copies: each step changes it, as in PyTorch. Do not dispose it. `JSON.stringify` of it throws
   * while there are tensors.
   */
  stateDict(): OptimizerStateDict {
    return writeStateDict(this.paramGroups, this.state);
  }

  /**
   * Loads a saved state and its groups' options, or nothing where something does not fit. Parameters are matched by
   * their order. PyTorch's `step`, a tensor, has to be given as a number. Options may be out of the range that a new
   * optimizer accepts, such as a rate below 0, because schedules may have moved them there.
   *
   * @throws where groups, their sizes, a state's names, kinds or shapes differ from this optimizer's
   */
  loadStateDict(stateDict: OptimizerStateDict): void {
    const { defaults, paramGroups } = this;
    const owner = `${this.name}.loadStateDict`;
    const stateNames = this.stateNames();
    const initial = Object.assign({}, ...paramGroups.map((group) => this.initialState(group)));
    const scalarNames = stateNames.filter((name) => typeof initial[name] === 'object');
    const reader = { owner, defaults, paramGroups, stateNames, scalarNames };
    const { groups, states } = readStateDict(reader, stateDict);
    const loaded = makeStates(states);
    this.#disposeState();
    for (const [parameter, state] of loaded) this.state.set(parameter, state);
    this.paramGroups.splice(0, groups.length, ...groups);
  }

  /** Frees the state, but not the parameters. The optimizer can be used again, as if it had not made a step. */
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

/** Moves a tensor's data to a variable without copying. The variable's old data is freed. */
function take(target: Variable, value: Tensor): void {
  target.assign(value);
  value.dispose();
}
