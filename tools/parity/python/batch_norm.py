"""BatchNorm1d and BatchNorm2d: two batches in training, or one in training and one in evaluation; also running statistics."""
import itertools

from torch import nn

from fixture import Case, encode


def cases():
    return list(batches())


def batches():
    shapes = (('BatchNorm1d', [4, 3]), ('BatchNorm1d', [2, 3, 5]), ('BatchNorm1d', [1, 2, 4]), ('BatchNorm2d', [2, 3, 4, 2]))
    for (kind, shape), momentum, affine, tracked, training in itertools.product(
        shapes, (0.1, 0.7, None), (True, False), (True, False), (True, False)
    ):
        if not tracked and momentum != 0.1:
            continue
        words = [f'{kind}, input {shape}', f'momentum {momentum}', 'training' if training else 'evaluation']
        words += [] if affine else ['not affine']
        words += [] if tracked else ['without running statistics']
        eps = 1e-5 if affine else 0.1
        case = Case(
            ', '.join(words), kind=kind, numFeatures=shape[1], momentum=momentum, affine=affine,
            trackRunningStats=tracked, eps=eps, training=training,
        )  # fmt: skip
        module = getattr(nn, kind)(shape[1], eps, momentum, affine, tracked)
        case.parameters(module)
        module(case.drawn('before', shape, -1, 3, gradient=False))
        module.train(training)
        case.answer({'output': module(case.drawn('input', shape, -2, 3))})
        for name, buffer in module.named_buffers():
            case.expected[name] = encode(buffer)
        yield case.json()
