"""MaxPool and AvgPool over one axis and two, with every option, forward and gradients."""
import itertools

from torch import nn

from fixture import Case


def cases():
    return [*max_pool1d(), *avg_pool1d(), *max_pool2d(), *avg_pool2d()]


NAMES = {
    'kernel_size': 'kernelSize', 'stride': 'stride', 'padding': 'padding', 'dilation': 'dilation',
    'ceil_mode': 'ceilMode', 'count_include_pad': 'countIncludePad', 'divisor_override': 'divisorOverride',
}  # fmt: skip


def pool(kind, shape, **options):
    given = {name: value for name, value in options.items() if value is not None}
    words = [kind] + [f"{name.replace('_', ' ')} {value}" for name, value in given.items()] + [f'input {shape}']
    case = Case(', '.join(words), kind=kind, **{NAMES[name]: value for name, value in given.items()})
    sizes = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    return case.answer({'output': getattr(nn, kind)(**sizes)(case.drawn('input', shape))}).json()


def max_pool1d():
    for kernel, stride, padding, dilation, ceil in itertools.product(
        (2, 3), (None, 1, 3), (0, 1), (1, 3), (False, True)
    ):
        yield pool(
            'MaxPool1d', [2, 3, 8], kernel_size=kernel, stride=stride, padding=padding, dilation=dilation, ceil_mode=ceil
        )
    yield pool('MaxPool1d', [3, 7], kernel_size=2)
    yield pool('MaxPool1d', [1, 1, 4], kernel_size=2, padding=1, dilation=4)


def avg_pool1d():
    for kernel, stride, padding, ceil, counted in itertools.product(
        (2, 3), (None, 1, 3), (0, 1), (False, True), (True, False)
    ):
        yield pool(
            'AvgPool1d', [2, 3, 8], kernel_size=kernel, stride=stride, padding=padding, ceil_mode=ceil,
            count_include_pad=counted,
        )  # fmt: skip
    yield pool('AvgPool1d', [3, 7], kernel_size=2)


def max_pool2d():
    for kernel, stride, padding, dilation, ceil in itertools.product(
        (2, [3, 2]), (None, [2, 1]), (0, 1), (1, [1, 2]), (False, True)
    ):
        yield pool(
            'MaxPool2d', [2, 2, 6, 7], kernel_size=kernel, stride=stride, padding=padding, dilation=dilation,
            ceil_mode=ceil,
        )  # fmt: skip
    yield pool('MaxPool2d', [2, 5, 6], kernel_size=3, stride=2)


def avg_pool2d():
    for kernel, padding, ceil, counted, divisor in itertools.product(
        (2, [3, 2]), (0, 1), (False, True), (True, False), (None, 5)
    ):
        yield pool(
            'AvgPool2d', [2, 2, 6, 7], kernel_size=kernel, stride=[2, 3], padding=padding, ceil_mode=ceil,
            count_include_pad=counted, divisor_override=divisor,
        )  # fmt: skip
    yield pool('AvgPool2d', [2, 5, 6], kernel_size=3)
