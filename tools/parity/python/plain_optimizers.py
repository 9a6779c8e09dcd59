"""Optimizers that are written in plain operations: 20 steps of given gradients, and the final state."""
import torch
from torch import nn

from fixture import Case, draw, encode
from optimizers import SHAPES, STEPS, combinations, describe, torch_options

# Options of newer PyTorch versions that 1.13 does not have are applied by hand: the gradient is
# negated, and p ← p·(1 − lr·weight_decay) precedes the step.
BY_HAND = {'NAdam': ('maximize', 'decoupledWeightDecay'), 'RAdam': ('maximize', 'decoupledWeightDecay')}


def option_table():
    common = {'weightDecay': (None, 0.1), 'maximize': (None, True)}
    betas = {'betas': (None, [0.7, 0.9]), 'eps': (None, 1e-3)}
    decoupled = {'decoupledWeightDecay': (None, True)}
    for optimizer, choices in (
        ('Adadelta', {'lr': (None, 0.5), 'rho': (None, 0.7), 'eps': (None, 1e-3), **common}),
        ('Adamax', {'lr': (None, 0.02), **betas, **common}),
        ('NAdam', {'lr': (None, 0.02), 'momentumDecay': (None, 0.1), **betas, **common, **decoupled}),
        ('RAdam', {'lr': (None, 0.02), **betas, **common, **decoupled}),
    ):
        for options in combinations(**choices):
            if 'decoupledWeightDecay' in options and 'weightDecay' not in options:
                continue
            yield optimizer, options


def cases():
    made = [run(describe(*row), *row) for row in option_table()]
    for optimizer in ('Adadelta', 'Adamax', 'NAdam', 'RAdam'):
        options = {'lr': 0.05}
        made.append(run(f'{optimizer}, gradients of 1e-5', optimizer, options, bound=1e-5))
        made.append(run(f'{optimizer}, gradients that are missing at times', optimizer, options, missing=True))
        made.append(run(f'{optimizer}, a rate that is halved half-way', optimizer, options, halved=True))
        made.append(run(f'{optimizer}, two groups', optimizer, options, groups=[{}, {'lr': 0.2, 'weightDecay': 0.3}]))
    return made


def run(name, optimizer, options, bound=1.0, missing=False, halved=False, groups=None):
    case = Case(name, optimizer=optimizer, options=options, missing=missing, halved=halved, groups=groups)
    parameters = {key: nn.Parameter(case.drawn(key, shape, gradient=False)) for key, shape in SHAPES.items()}
    case.options['gradientBound'] = bound
    by_hand = {key: options[key] for key in BY_HAND.get(optimizer, ()) if key in options}
    given = {key: value for key, value in options.items() if key not in by_hand}
    decoupled = given.pop('weightDecay') if 'decoupledWeightDecay' in by_hand else 0
    lists = [[p] for p in parameters.values()] if groups else [list(parameters.values())]
    extras = groups or [{}]
    # In NAdam's loop over parameters, 1.13 multiplies by μ_t once too often. Its `foreach`, and
    # newer versions, do not.
    foreach = {'foreach': True} if optimizer == 'NAdam' else {}
    stepper = getattr(torch.optim, optimizer)(
        [{'params': params, **torch_options(extra)} for params, extra in zip(lists, extras)], **torch_options(given), **foreach
    )
    history = {key: [] for key in SHAPES}
    for step in range(STEPS):
        if halved and step == STEPS // 2:
            for group in stepper.param_groups:
                group['lr'] *= 0.5
        for key, parameter in parameters.items():
            gradient = draw(f'{name}/gradient/{key}/{step}', SHAPES[key], -bound, bound)
            parameter.grad = None if missing and key == 'b' and step % 3 == 0 else gradient
            if 'maximize' in by_hand:
                parameter.grad = -gradient
        for group in stepper.param_groups:
            for parameter in group['params']:
                parameter.data.mul_(1 - group['lr'] * decoupled)
        stepper.step()
        for key, parameter in parameters.items():
            history[key].append(parameter.detach().clone())
    case.expected = {key: encode(torch.stack(values)) for key, values in history.items()}
    for number, state in stepper.state_dict()['state'].items():
        for key, value in state.items():
            if key != 'step':
                case.expected[f'{number}.{key}'] = encode(torch.as_tensor(value))
    return case.json()
