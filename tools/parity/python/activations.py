"""Activations that gate, learn or saturate, over shapes, options and wide inputs."""
import itertools

from torch import nn

from fixture import Case


def cases():
    return [*gated(), *saturating(), *learned()]


def gated():
    for dim, shape in itertools.product((-1, 0, 1), ([4, 6], [2, 4, 8])):
        case = Case(f'GLU dim {dim}, input {shape}', kind='GLU', dim=dim)
        yield case.answer({'output': nn.GLU(dim)(case.drawn('input', shape, -4, 4))}).json()


def saturating():
    kinds = {'Mish': nn.Mish, 'SELU': nn.SELU, 'LogSigmoid': nn.LogSigmoid}
    for kind, shape, bound in itertools.product(kinds, ([], [7], [3, 4], [2, 3, 5]), (1, 4, 120)):
        case = Case(f'{kind}, input {shape} in ±{bound}', kind=kind)
        yield case.answer({'output': kinds[kind]()(case.drawn('input', shape, -bound, bound))}).json()


def learned():
    for shape, per_channel in itertools.product(([], [4], [5, 3], [2, 3, 4], [2, 3, 2, 2]), (False, True)):
        if per_channel and len(shape) < 2:
            continue
        count = shape[1] if per_channel else 1
        case = Case(f'PReLU of {count}, input {shape}', kind='PReLU', numParameters=count)
        module = nn.PReLU(count)
        case.parameters(module)
        yield case.answer({'output': module(case.drawn('input', shape, -4, 4))}).json()
