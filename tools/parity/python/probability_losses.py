"""Losses of probabilities and of pairs of vectors, with every option: values and gradients."""
import itertools

from torch import nn

from fixture import Case, encode

REDUCTIONS = ('none', 'mean', 'sum')


def cases():
    return [*binary_cross_entropy(), *kl_div(), *cosine_embedding()]


def binary_cross_entropy():
    for shape, weighted, reduction in itertools.product(
        ([], [3], [4, 3], [2, 4, 3]), (None, 'per feature', 'per element'), REDUCTIONS
    ):
        if weighted == 'per feature' and not shape:
            continue
        words = [f'BCELoss, input {shape}', reduction] + ([f'weight {weighted}'] if weighted else [])
        case = Case(', '.join(words), kind='BCELoss', reduction=reduction)
        x = case.drawn('input', shape, 0.02, 0.98)
        target = case.drawn('target', shape, 0, 1)
        weight_shape = [3] if weighted == 'per feature' else shape
        weight = case.drawn('weight', weight_shape, 0.2, 2, gradient=False) if weighted else None
        yield case.answer({'loss': nn.BCELoss(weight, reduction=reduction)(x, target)}).json()
    # Probabilities at which logarithms are clamped.
    for reduction in REDUCTIONS:
        case = Case(f'BCELoss of sure answers, {reduction}', kind='BCELoss', reduction=reduction)
        x = case.integers('input', [0, 1, 0, 1]).float()
        target = case.integers('target', [1, 0, 0, 1]).float()
        case.expected['loss'] = encode(nn.BCELoss(reduction=reduction)(x, target))
        yield case.json()


def kl_div():
    for shape, log_target, reduction in itertools.product(
        ([5], [2, 3], [2, 4, 3]), (False, True), (*REDUCTIONS, 'batchmean')
    ):
        name = f"KLDivLoss, input {shape}, {reduction}{', log target' if log_target else ''}"
        case = Case(name, kind='KLDivLoss', reduction=reduction, logTarget=log_target)
        x = case.drawn('input', shape, -4, 0)
        target = case.drawn('target', shape, *((-4, 0) if log_target else (0.01, 1)))
        yield case.answer({'loss': nn.KLDivLoss(reduction=reduction, log_target=log_target)(x, target)}).json()


def cosine_embedding():
    for rows, margin, reduction in itertools.product(([], [1], [6]), (0, 0.3, -0.5), REDUCTIONS):
        name = f'CosineEmbeddingLoss, inputs {rows + [4]}, margin {margin}, {reduction}'
        case = Case(name, kind='CosineEmbeddingLoss', margin=margin, reduction=reduction)
        x, y = (case.drawn(key, rows + [4], -2, 2) for key in ('input1', 'input2'))
        signs = [1, -1, -1, 1, -1, 1]
        target = case.integers('target', signs[: rows[0]] if rows else -1)
        loss = nn.CosineEmbeddingLoss(margin, reduction=reduction)(x, y, target)
        yield case.answer({'loss': loss}).json()
