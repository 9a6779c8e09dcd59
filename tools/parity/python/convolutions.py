"""Conv1d and Conv2d over their options: outputs, and gradients of input, weight and bias."""
import itertools

from torch import nn

from fixture import Case

MODES = ('zeros', 'reflect', 'replicate', 'circular')


def cases():
    return [*windows1d(), *channels1d(), *windows2d(), *channels2d()]


def conv(kind, channels, kernel, shape, **options):
    """A case. `options` are PyTorch's, without those that have PyTorch's defaults."""
    inputs, outputs = channels
    words = [f'{kind} {inputs}→{outputs}, kernel {kernel}, input {shape}']
    words += [f"{name.replace('_', ' ')} {value}" for name, value in options.items()]
    camel = {name.replace('padding_mode', 'paddingMode'): value for name, value in options.items()}
    case = Case(', '.join(words), kind=kind, inChannels=inputs, outChannels=outputs, kernelSize=kernel, **camel)
    sizes = {name: tuple(value) if isinstance(value, list) else value for name, value in options.items()}
    module = getattr(nn, kind)(inputs, outputs, tuple(kernel) if isinstance(kernel, list) else kernel, **sizes)
    case.parameters(module)
    return case.answer({'output': module(case.drawn('input', shape))}).json()


def without(defaults, **options):
    return {name: value for name, value in options.items() if value != defaults[name]}


DEFAULTS = {'stride': 1, 'padding': 0, 'dilation': 1, 'groups': 1, 'bias': True, 'padding_mode': 'zeros'}


def windows1d():
    for stride, padding, dilation, mode in itertools.product((1, 2, 3), (0, 1, 3, 'same', 'valid'), (1, 2), MODES):
        if padding == 'same' and stride != 1 or padding in (0, 'valid') and mode != 'zeros':
            continue
        options = without(DEFAULTS, stride=stride, padding=padding, dilation=dilation, padding_mode=mode)
        yield conv('Conv1d', (2, 3), 3, [2, 2, 9], **options)
    for kernel, dilation, mode in itertools.product((1, 2, 4), (1, 3), MODES):
        options = without(DEFAULTS, padding='same', dilation=dilation, padding_mode=mode)
        yield conv('Conv1d', (2, 2), kernel, [3, 2, 11], **options)


def channels1d():
    for (inputs, outputs, groups), bias, shape in itertools.product(
        ((1, 1, 1), (6, 4, 1), (6, 4, 2), (4, 8, 4), (3, 3, 3)), (True, False), ([7], [1], [3])
    ):
        options = without(DEFAULTS, groups=groups, bias=bias, padding=1)
        for batch in ([], [2]):
            yield conv('Conv1d', (inputs, outputs), 3, batch + [inputs] + shape, **options)


def windows2d():
    for stride, padding, dilation, mode in itertools.product(
        (1, [2, 1], [3, 2]), (0, [1, 2], 'same'), (1, [2, 1], [1, 2]), MODES
    ):
        if padding == 'same' and stride != 1 or padding == 0 and mode != 'zeros':
            continue
        options = without(DEFAULTS, stride=stride, padding=padding, dilation=dilation, padding_mode=mode)
        yield conv('Conv2d', (2, 2), [3, 2], [2, 2, 6, 5], **options)


def channels2d():
    for (inputs, outputs, groups), bias, kernel in itertools.product(
        ((1, 1, 1), (4, 6, 1), (4, 6, 2), (3, 6, 3)), (True, False), (1, 3, [2, 4])
    ):
        options = without(DEFAULTS, groups=groups, bias=bias)
        for batch in ([], [2]):
            yield conv('Conv2d', (inputs, outputs), kernel, batch + [inputs, 4, 5], **options)
