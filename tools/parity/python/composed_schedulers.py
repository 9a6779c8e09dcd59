"""
Schedules that affect one another: in sequences and chains of two and three, and with a parameter group that is added after the
schedule was made. The fixtures have the rates of every group at the start and after each of 12 steps, with 12 digits.
"""
import warnings

import torch

from optimizers import torch_options
from schedulers import make, scheduler

STEPS = 12

PARTS = [
    scheduler('LambdaLR', {'lrLambda': 'warm-up'}),
    scheduler('MultiplicativeLR', {'lrLambda': 'a tenth less'}),
    scheduler('StepLR', {'stepSize': 2, 'gamma': 0.5}),
    scheduler('MultiStepLR', {'milestones': [1, 3], 'gamma': 0.5}),
    scheduler('ConstantLR', {'factor': 0.5, 'totalIters': 3}),
    scheduler('LinearLR', {'startFactor': 0.25, 'totalIters': 3}),
    scheduler('ExponentialLR', {'gamma': 0.9}),
    scheduler('PolynomialLR', {'totalIters': 5, 'power': 2.0}),
    scheduler('CosineAnnealingLR', {'tMax': 3, 'etaMin': 0.01}),
    scheduler('CosineAnnealingWarmRestarts', {'t0': 4}),
    scheduler('CosineAnnealingWarmRestarts', {'t0': 2, 'tMult': 2, 'etaMin': 0.01}),
    scheduler('OneCycleLR', {'maxLr': 0.5, 'totalSteps': 20}),
]


def table():
    """Composition, parts, milestones, and the number of steps before a group is added."""
    count = len(PARTS)
    for i, first in enumerate(PARTS):
        for j, second in enumerate(PARTS):
            third = PARTS[(i + 2 * j + 1) % count]
            yield 'SequentialLR', [first, second], [5], None
            yield 'SequentialLR', [third, first, second], [3, 7], None
            yield 'ChainedScheduler', [first, second], None, None
        yield 'SequentialLR', [first], [], None
        yield 'SequentialLR', [first, PARTS[2], PARTS[6]], [4, 4], None
        yield 'SequentialLR', [PARTS[2], first], [0], None
        yield 'ChainedScheduler', [first, PARTS[2], PARTS[6]], None, None
        yield 'ChainedScheduler', [PARTS[5], PARTS[6], first], None, None
        for added_after in (0, 1, 5):
            yield None, [first], None, added_after
        yield 'SequentialLR', [first, PARTS[2]], [4], 2
        yield 'SequentialLR', [PARTS[6], first], [3], 2
        yield 'ChainedScheduler', [first, PARTS[6]], None, 2


def describe(composition, parts, milestones, added_after):
    kinds = ' then '.join(part['kind'] + (' of growing periods' if 'tMult' in part else '') for part in parts)
    at = f' at {milestones}' if milestones else ''
    added = '' if added_after is None else f', a group added after {added_after} steps'
    return f'{composition} of {kinds}{at}{added}' if composition else f'{kinds}{added}'


def cases():
    return [compute(*row) for row in table()]


def group(lr):
    return {'params': [torch.nn.Parameter(torch.zeros(1))], 'lr': lr}


def compute(composition, parts, milestones, added_after):
    case = {'name': describe(composition, parts, milestones, added_after)}
    if composition:
        case['kind'] = composition
        case['options'] = {'schedulers': parts}
        if milestones is not None:
            case['options']['milestones'] = milestones
    else:
        case['kind'] = parts[0]['kind']
        case['options'] = {name: value for name, value in parts[0].items() if name != 'kind'}
    if added_after is not None:
        case['addedAfter'] = added_after
    stepper = torch.optim.SGD([group(0.1), group(0.2)], lr=0.1, momentum=0.9)
    rates = []

    def record():
        rates.append([float(f"{group['lr']:.12g}") for group in stepper.param_groups])

    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        schedule = make(stepper, case['kind'], case['options'])
        for step in range(STEPS + 1):
            if step > 0:
                stepper.step()
                try:
                    schedule.step()
                except KeyError as error:
                    # The step fails. PyTorch stops half-way, so the groups' rates differ from now
                    # on.
                    case['missing'] = str(error)
                    break
            if step == added_after:
                stepper.add_param_group(group(1.0))
            record()
    case['rates'] = rates
    return case
