"""Optimizers over 20 steps of given gradients, and the clipping of gradients."""
import itertools
import math
import re

import torch
from torch import nn

from fixture import Case, draw, encode

STEPS = 20
SHAPES = {'a': [3], 'b': [2, 3]}


def snake(name):
    return re.sub(r'[A-Z]', lambda letter: '_' + letter.group().lower(), name)


def torch_options(options):
    return {snake(name): value for name, value in options.items()}


def combinations(**choices):
    """Yields one dict of options for each combination. A choice of None leaves the option out."""
    for values in itertools.product(*choices.values()):
        yield {name: value for name, value in zip(choices, values) if value is not None}


def option_table():
    for options in combinations(
        momentum=(None, 0.9), dampening=(None, 0.3), weightDecay=(None, 0.1), nesterov=(None, True), maximize=(None, True)
    ):
        if options.get('nesterov') and (not options.get('momentum') or options.get('dampening')):
            continue
        yield 'SGD', {'lr': 0.1, **options}
    for optimizer in ('Adam', 'AdamW'):
        yield optimizer, {}
        for options in combinations(
            betas=(None, [0.7, 0.9]), eps=(None, 1e-3), weightDecay=(None, 0.1), amsgrad=(None, True), maximize=(None, True)
        ):
            yield optimizer, {'lr': 0.02, **options}
    yield 'RMSprop', {}
    for options in combinations(
        alpha=(None, 0.8), eps=(None, 1e-3), weightDecay=(None, 0.1), momentum=(None, 0.9), centered=(None, True)
    ):
        yield 'RMSprop', {'lr': 0.01, **options}
    yield 'RMSprop', {'maximize': True}
    yield 'Adagrad', {}
    for options in combinations(
        lrDecay=(None, 0.05), weightDecay=(None, 0.1), initialAccumulatorValue=(None, 0.5), eps=(None, 1e-3), maximize=(None, True)
    ):
        yield 'Adagrad', {'lr': 0.1, **options}


def describe(optimizer, options):
    return f"{optimizer} {', '.join(f'{name} {value}' for name, value in options.items()) or 'by default'}"


def cases():
    made = [run(describe(*row), *row) for row in option_table()]
    for optimizer in ('SGD', 'Adam', 'AdamW', 'RMSprop', 'Adagrad'):
        options = {'lr': 0.05}
        # The position of eps in the formula matters when gradients are about as small as eps.
        made.append(run(f'{optimizer}, gradients of 1e-9', optimizer, options, bound=1e-9))
        made.append(run(f'{optimizer}, gradients of 1e-5', optimizer, options, bound=1e-5))
        if optimizer == 'SGD':
            options = {'lr': 0.05, 'momentum': 0.9}
        made.append(run(f'{optimizer}, gradients that are missing at times', optimizer, options, missing=True))
        made.append(run(f'{optimizer}, a rate that is halved half-way', optimizer, options, halved=True))
        other = {'lr': 0.2, 'weightDecay': 0.3}
        made.append(run(f'{optimizer}, two groups', optimizer, options, groups=[{}, other]))
    return made + list(clipping())


def run(name, optimizer, options, bound=1.0, missing=False, halved=False, groups=None):
    case = Case(name, optimizer=optimizer, options=options, missing=missing, halved=halved, groups=groups)
    parameters = {key: nn.Parameter(case.drawn(key, shape, gradient=False)) for key, shape in SHAPES.items()}
    case.options['gradientBound'] = bound
    if groups:
        given = [{'params': [p], **torch_options(extra)} for p, extra in zip(parameters.values(), groups)]
    else:
        given = list(parameters.values())
    stepper = getattr(torch.optim, optimizer)(given, **torch_options(options))
    history = {key: [] for key in SHAPES}
    for step in range(STEPS):
        if halved and step == STEPS // 2:
            for group in stepper.param_groups:
                group['lr'] *= 0.5
        for key, parameter in parameters.items():
            gradient = draw(f'{name}/gradient/{key}/{step}', SHAPES[key], -bound, bound)
            parameter.grad = None if missing and key == 'b' and step % 3 == 0 else gradient
        stepper.step()
        for key, parameter in parameters.items():
            history[key].append(parameter.detach().clone())
    case.expected = {key: encode(torch.stack(values)) for key, values in history.items()}
    return case.json()


def clipping():
    for norm_type, relation in itertools.product((1.0, 2.0, 3.0, math.inf), ('above', 'equal', 'below')):
        case = Case(f'clipGradNorm of order {norm_type}, norm {relation} the bound', kind='clipGradNorm', normType=str(norm_type))
        parameters = with_gradients(case)
        norm = float(nn.utils.clip_grad_norm_(parameters.values(), 1e9, norm_type))
        case.options['maxNorm'] = norm * {'above': 0.3, 'equal': 1, 'below': 3}[relation]
        parameters = with_gradients(case)
        case.expected['norm'] = encode(nn.utils.clip_grad_norm_(parameters.values(), case.options['maxNorm'], norm_type))
        yield clipped(case, parameters)
    for value in (0.25, 2.0):
        case = Case(f'clipGradValue {value}', kind='clipGradValue', clipValue=value)
        parameters = with_gradients(case)
        nn.utils.clip_grad_value_(parameters.values(), value)
        yield clipped(case, parameters)


def with_gradients(case):
    parameters = {}
    for key, shape in SHAPES.items():
        parameters[key] = nn.Parameter(torch.zeros(shape))
        parameters[key].grad = case.drawn(key, shape, gradient=False)
    return parameters


def clipped(case, parameters):
    for key, parameter in parameters.items():
        case.expected[key] = encode(parameter.grad)
    return case.json()
