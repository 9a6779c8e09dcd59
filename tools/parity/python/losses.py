"""Every loss with every option, values and gradients, including corner cases."""
import itertools

import torch
from torch import nn

from fixture import Case

REDUCTIONS = ('none', 'mean', 'sum')
CLASSES = 5
# The axes around the class axis: the batch before it, and positions after it.
SHAPES = {'one row': ([], []), 'rows': ([4], []), 'sequences': ([2], [3]), 'images': ([2], [2, 2])}


def cases():
    return [
        *cross_entropy(), *cross_entropy_probabilities(), *nll(), *bce_with_logits(), *regression(), *ctc(),
    ]  # fmt: skip


def class_targets(batch, positions, ignored):
    """Class indices that go through all classes. If `ignored` is given, each third index is `ignored`."""
    count = int(torch.tensor(batch + positions).prod()) if batch + positions else 1
    targets = [(i * 2 + 1) % CLASSES for i in range(count)]
    if ignored is not None:
        targets = [ignored if i % 3 == 1 or ignored >= 0 and i == 0 else target for i, target in enumerate(targets)]
    return torch.tensor(targets).reshape(batch + positions).tolist()


def indexed_loss(kind, module, shape, weighted, ignore, reduction, targets=None, **extra):
    batch, positions = SHAPES[shape]
    words = [kind, shape, reduction]
    words += ['class weights'] if weighted else []
    words += [f'ignores {ignore[0]}'] if ignore else []
    words += ['all ignored'] if targets else []
    words += [f"smoothing {extra['label_smoothing']}"] if extra.get('label_smoothing') else []
    options = {'reduction': reduction}
    if ignore and ignore[1]:
        options['ignoreIndex'] = ignore[0]
        extra['ignore_index'] = ignore[0]
    if 'label_smoothing' in extra:
        options['labelSmoothing'] = extra['label_smoothing']
    case = Case(', '.join(words), kind=kind, **options)
    low = -6 if kind == 'NLLLoss' else -3
    x = case.drawn('input', batch + [CLASSES] + positions, low, 0 if kind == 'NLLLoss' else 3)
    target = case.integers('target', targets or class_targets(batch, positions, ignore and ignore[0]))
    if weighted:
        extra['weight'] = case.drawn('weight', [CLASSES], 0.2, 2, gradient=False)
    return case.answer({'loss': module(reduction=reduction, **extra)(x, target)}).json()


# The ignored index, and whether it must be given: -100 is PyTorch's default.
IGNORED = (None, (-100, False), (3, True))


def cross_entropy():
    factors = itertools.product(SHAPES, (False, True), IGNORED, (0.0, 0.2, 1.0), REDUCTIONS)
    for shape, weighted, ignore, smoothing, reduction in factors:
        if shape == 'one row' and ignore:
            continue
        yield indexed_loss(
            'CrossEntropyLoss', nn.CrossEntropyLoss, shape, weighted, ignore, reduction, label_smoothing=smoothing
        )
    for weighted, smoothing, reduction in itertools.product((False, True), (0.0, 0.2), REDUCTIONS):
        yield indexed_loss(
            'CrossEntropyLoss', nn.CrossEntropyLoss, 'rows', weighted, (-100, False), reduction, [-100] * 4,
            label_smoothing=smoothing,
        )  # fmt: skip


def cross_entropy_probabilities():
    for shape, weighted, smoothing, reduction in itertools.product(SHAPES, (False, True), (0.0, 0.2), REDUCTIONS):
        batch, positions = SHAPES[shape]
        words = ['CrossEntropyLoss', 'probability targets', shape, reduction]
        words += ['class weights'] if weighted else []
        words += [f'smoothing {smoothing}'] if smoothing else []
        case = Case(', '.join(words), kind='CrossEntropyLoss', reduction=reduction, labelSmoothing=smoothing)
        x = case.drawn('input', batch + [CLASSES] + positions, -3, 3)
        # They need not add up to one: PyTorch does not require it either.
        target = case.drawn('target', batch + [CLASSES] + positions, 0, 0.5, gradient=False)
        weight = case.drawn('weight', [CLASSES], 0.2, 2, gradient=False) if weighted else None
        loss = nn.CrossEntropyLoss(weight, reduction=reduction, label_smoothing=smoothing)
        yield case.answer({'loss': loss(x, target)}).json()


def nll():
    for shape, weighted, ignore, reduction in itertools.product(SHAPES, (False, True), IGNORED, REDUCTIONS):
        if shape == 'one row' and ignore:
            continue
        yield indexed_loss('NLLLoss', nn.NLLLoss, shape, weighted, ignore, reduction)
    for weighted, reduction in itertools.product((False, True), REDUCTIONS):
        yield indexed_loss('NLLLoss', nn.NLLLoss, 'rows', weighted, (-100, False), reduction, [-100] * 4)


def bce_with_logits():
    factors = itertools.product(([3], [4, 3], [2, 4, 3]), (None, 'per feature', 'per element'), (False, True), (3, 120), REDUCTIONS)
    for shape, weighted, pos_weighted, bound, reduction in factors:
        if bound == 120 and reduction == 'sum':
            continue  # One unit in the last place of such a sum is more than the tolerance.
        words = [f'BCEWithLogitsLoss, input {shape} in ±{bound}', reduction]
        words += [f'weight {weighted}'] if weighted else []
        words += ['positive weights'] if pos_weighted else []
        case = Case(', '.join(words), kind='BCEWithLogitsLoss', reduction=reduction)
        x = case.drawn('input', shape, -bound, bound)
        target = case.drawn('target', shape, 0, 1, gradient=False)
        weight_shape = [3] if weighted == 'per feature' else shape
        weight = case.drawn('weight', weight_shape, 0.2, 2, gradient=False) if weighted else None
        pos_weight = case.drawn('posWeight', [3], 0.5, 4, gradient=False) if pos_weighted else None
        loss = nn.BCEWithLogitsLoss(weight, reduction=reduction, pos_weight=pos_weight)
        yield case.answer({'loss': loss(x, target)}).json()


def regression():
    kinds = [('MSELoss', {}, nn.MSELoss), ('L1Loss', {}, nn.L1Loss)]
    kinds += [('SmoothL1Loss', {'beta': beta}, nn.SmoothL1Loss) for beta in (0, 0.25, 1.0, 2.5)]
    kinds += [('HuberLoss', {'delta': delta}, nn.HuberLoss) for delta in (0.25, 1.0, 2.5)]
    for (kind, options, module), shape, reduction in itertools.product(kinds, ([], [5], [2, 3, 4]), REDUCTIONS):
        words = [kind, f'input {shape}', reduction] + [f'{name} {value}' for name, value in options.items()]
        case = Case(', '.join(words), kind=kind, reduction=reduction, **options)
        x = case.drawn('input', shape, -2, 2)
        target = case.drawn('target', shape, -2, 2)
        yield case.answer({'loss': module(reduction=reduction, **options)(x, target)}).json()


def ctc():
    """The gradient with respect to the input of log softmax. PyTorch's gradient is only correct through log softmax."""
    batches = {
        # Targets by row, and the number of frames of each row. A repeated label needs a blank
        # between: [2, 2, 2] just fits in 5 frames.
        'ordinary': ([[1, 2, 1], [3, 3], [2]], [7, 6, 7]),
        'repeats that just fit': ([[2, 2, 2], [1, 3, 1]], [5, 3]),
        'an empty target': ([[1, 2], []], [4, 3]),
        'an infeasible row': ([[1, 1, 2], [2, 3]], [3, 5]),
        'all infeasible': ([[1, 2, 3], [3, 3]], [2, 2]),
    }
    for (words, (targets, frames)), blank, concatenated, zero_infinity, reduction in itertools.product(
        batches.items(), (0, 4), (False, True), (False, True), REDUCTIONS
    ):
        name = f"CTCLoss, {words}, blank {blank}, {reduction}, {'targets in a row' if concatenated else 'padded targets'}"
        name += ', infinity as zero' if zero_infinity else ''
        case = Case(name, kind='CTCLoss', blank=blank, reduction=reduction, zeroInfinity=zero_infinity)
        # When the blank is last, labels move down by one to use class 0.
        rows = [[label - (blank == 4) for label in row] for row in targets]
        longest = max(len(row) for row in rows)
        padded = [row + [0] * (longest - len(row)) for row in rows]
        target = case.integers('targets', [label for row in rows for label in row] if concatenated else padded)
        frames_of = case.integers('inputLengths', frames)
        labels_of = case.integers('targetLengths', [len(row) for row in rows])
        x = case.drawn('input', [7, len(rows), 5], -2, 2)
        loss = nn.CTCLoss(blank, reduction, zero_infinity)
        yield case.answer({'loss': loss(x.log_softmax(-1), target, frames_of, labels_of)}).json()
    for reduction in REDUCTIONS:
        case = Case(f'CTCLoss, unbatched, {reduction}', kind='CTCLoss', blank=0, reduction=reduction, zeroInfinity=False)
        x = case.drawn('input', [6, 5], -2, 2)
        target = case.integers('targets', [4, 1, 1])
        lengths = case.integers('inputLengths', 6), case.integers('targetLengths', 3)
        yield case.answer({'loss': nn.CTCLoss(reduction=reduction)(x.log_softmax(-1), target, *lengths)}).json()
