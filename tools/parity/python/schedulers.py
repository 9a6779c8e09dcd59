"""Learning rates (and momenta) at the start and after each of 50 steps, in full precision."""
import math
import warnings

import torch
from torch.optim import lr_scheduler

from fixture import draw
from optimizers import torch_options

STEPS = 50

# Functions for LambdaLR and MultiplicativeLR. The tests have the same functions under the same
# names.
FUNCTIONS = {
    'warm-up': lambda epoch: min(1, (epoch + 1) / 10),
    'warm-up and inverse root': lambda epoch: min((epoch + 1) / 8, math.sqrt(8 / (epoch + 1))),
    'a tenth less': lambda epoch: 0.9,
    'falling': lambda x: 1 / (1 + x / 4),
}

# Options that PyTorch spells with a capital.
CAPITALISED = {'t_max': 'T_max', 't0': 'T_0', 't_mult': 'T_mult'}


def scheduler(kind, options):
    """The data from which a test makes the same scheduler."""
    return {'kind': kind, **options}


def table():
    yield 'StepLR', {'stepSize': 7}, {}
    yield 'StepLR', {'stepSize': 1, 'gamma': 0.9}, {}
    yield 'MultiStepLR', {'milestones': [3, 10, 11, 40]}, {}
    yield 'MultiStepLR', {'milestones': [20, 5, 5], 'gamma': 0.5}, {}
    yield 'ExponentialLR', {'gamma': 0.93}, {}
    yield 'ExponentialLR', {'gamma': 1.02}, {}
    yield 'CosineAnnealingLR', {'tMax': 50}, {}
    yield 'CosineAnnealingLR', {'tMax': 12, 'etaMin': 0.01}, {}
    yield 'CosineAnnealingLR', {'tMax': 1}, {}
    yield 'LinearLR', {}, {}
    yield 'LinearLR', {'startFactor': 0.1, 'endFactor': 0.8, 'totalIters': 20}, {}
    yield 'LinearLR', {'startFactor': 1.0, 'endFactor': 0.0, 'totalIters': 45}, {}
    yield 'ConstantLR', {'factor': 0.25, 'totalIters': 6}, {}
    yield 'LambdaLR', {'lrLambda': 'warm-up'}, {}
    yield 'LambdaLR', {'lrLambda': 'warm-up and inverse root'}, {}
    yield 'MultiplicativeLR', {'lrLambda': 'a tenth less'}, {}
    yield 'PolynomialLR', {}, {}
    yield 'PolynomialLR', {'totalIters': 30, 'power': 2.0}, {}
    yield 'CosineAnnealingWarmRestarts', {'t0': 7}, {}
    yield 'CosineAnnealingWarmRestarts', {'t0': 5, 'tMult': 2, 'etaMin': 0.01}, {}
    for optimizer in ({'optimizer': 'SGD', 'momentum': 0.9}, {'optimizer': 'AdamW', 'betas': [0.9, 0.99]}):
        one_cycle = (
            {'maxLr': 1.0, 'totalSteps': 51},
            {'maxLr': 0.3, 'epochs': 3, 'stepsPerEpoch': 17, 'pctStart': 0.5},
            {'maxLr': 1.0, 'totalSteps': 60, 'annealStrategy': 'linear', 'divFactor': 10.0, 'finalDivFactor': 100.0},
            {'maxLr': 1.0, 'totalSteps': 51, 'threePhase': True},
            {'maxLr': 1.0, 'totalSteps': 51, 'threePhase': True, 'annealStrategy': 'linear', 'pctStart': 0.2},
            {'maxLr': 1.0, 'totalSteps': 51, 'cycleMomentum': False},
            {'maxLr': 1.0, 'totalSteps': 55, 'baseMomentum': 0.5, 'maxMomentum': 0.99},
        )
        for options in one_cycle:
            yield 'OneCycleLR', options, optimizer
    with_momentum = {'optimizer': 'SGD', 'momentum': 0.9}
    for options, optimizer in (
        ({}, with_momentum),
        ({'mode': 'triangular2'}, with_momentum),
        ({'mode': 'exp_range', 'gamma': 0.95}, with_momentum),
        ({'stepSizeDown': 11}, with_momentum),
        ({'stepSizeDown': 3, 'mode': 'triangular2', 'baseMomentum': 0.5, 'maxMomentum': 0.99}, with_momentum),
        ({'maxLr': [0.5, 0.9], 'baseLr': [0.01, 0.02]}, with_momentum),
        ({'baseMomentum': [0.5, 0.6], 'maxMomentum': [0.8, 0.9], 'mode': 'exp_range', 'gamma': 0.9}, with_momentum),
        ({'scaleFn': 'falling', 'scaleMode': 'cycle'}, with_momentum),
        ({'scaleFn': 'falling', 'scaleMode': 'iterations', 'mode': 'triangular2'}, with_momentum),
        ({'cycleMomentum': False}, {}),
        ({'cycleMomentum': False, 'mode': 'triangular2'}, {'optimizer': 'AdamW', 'betas': [0.9, 0.99]}),
    ):
        yield 'CyclicLR', {'baseLr': 0.1, 'maxLr': 0.7, 'stepSizeUp': 6, **options}, optimizer
    for options in (
        {},
        {'patience': 2},
        {'patience': 0, 'factor': 0.5},
        {'mode': 'max', 'patience': 1},
        {'patience': 2, 'threshold': 0.1},
        {'patience': 2, 'threshold': 0.05, 'thresholdMode': 'abs'},
        {'mode': 'max', 'patience': 2, 'threshold': 0.05, 'thresholdMode': 'abs'},
        {'mode': 'max', 'patience': 2, 'threshold': 0.1, 'thresholdMode': 'rel'},
        {'patience': 1, 'cooldown': 3, 'factor': 0.5},
        {'patience': 0, 'factor': 0.3, 'minLr': 0.004},
        {'patience': 0, 'factor': 0.1, 'minLr': [0.001, 0.05]},
        {'patience': 0, 'factor': 0.9, 'eps': 0.02},
    ):
        yield 'ReduceLROnPlateau', options, {}
    warm_up = scheduler('LinearLR', {'startFactor': 0.1, 'totalIters': 10})
    for following in (
        scheduler('CosineAnnealingLR', {'tMax': 40}),
        scheduler('ExponentialLR', {'gamma': 0.9}),
        scheduler('StepLR', {'stepSize': 10}),
    ):
        yield 'SequentialLR', {'schedulers': [warm_up, following], 'milestones': [10]}, {}
    three = [scheduler('ConstantLR', {'factor': 0.1, 'totalIters': 4}), warm_up, scheduler('ExponentialLR', {'gamma': 0.9})]
    yield 'SequentialLR', {'schedulers': three, 'milestones': [5, 20]}, {}
    yield 'ChainedScheduler', {'schedulers': [warm_up, scheduler('ExponentialLR', {'gamma': 0.95})]}, {}


def make(optimizer, kind, options):
    if kind in ('SequentialLR', 'ChainedScheduler'):
        parts = [make(optimizer, part['kind'], {k: v for k, v in part.items() if k != 'kind'}) for part in options['schedulers']]
        if kind == 'ChainedScheduler':
            return lr_scheduler.ChainedScheduler(parts)
        return lr_scheduler.SequentialLR(optimizer, parts, options['milestones'])
    named = {CAPITALISED.get(name, name): value for name, value in torch_options(options).items()}
    if 'lr_lambda' in named:
        named['lr_lambda'] = FUNCTIONS[named['lr_lambda']]
    if 'scale_fn' in named:
        named['scale_fn'] = FUNCTIONS[named['scale_fn']]
    return getattr(lr_scheduler, kind)(optimizer, **named)


def metrics_of(name):
    """Losses that fall, stall and rise again, with noise."""
    noise = draw(f'{name}/metrics', [STEPS], -0.04, 0.04).tolist()
    return [round(1 / (1 + 0.2 * step) + 0.2 * (step > 25) + noise[step], 4) for step in range(STEPS)]


def describe(kind, options, optimizer):
    words = [kind, optimizer.get('optimizer', 'SGD')]
    for name, value in options.items():
        words.append(f"{' then '.join(part['kind'] for part in value)}" if name == 'schedulers' else f'{name} {value}')
    return ', '.join(words)


def cases():
    return [compute(*row) for row in table()]


def compute(kind, options, optimizer):
    name = describe(kind, options, optimizer)
    optimizer_kind = optimizer.get('optimizer', 'SGD')
    optimizer_options = {key: value for key, value in optimizer.items() if key != 'optimizer'}
    # Two groups at different rates: schedulers keep a base rate for each.
    groups = [{'params': [torch.nn.Parameter(torch.zeros(1))]}, {'params': [torch.nn.Parameter(torch.zeros(1))], 'lr': 0.2}]
    stepper = getattr(torch.optim, optimizer_kind)(groups, lr=0.1, **torch_options(optimizer_options))
    case = {'name': name, 'kind': kind, 'options': options, 'optimizer': optimizer_kind, 'optimizerOptions': optimizer_options}
    metrics = metrics_of(name) if kind == 'ReduceLROnPlateau' else None
    if metrics:
        case['metrics'] = metrics
    rates, momenta = [], []

    def record():
        rates.append([group['lr'] for group in stepper.param_groups])
        momenta.append(
            [group['betas'][0] if 'betas' in group else group['momentum'] for group in stepper.param_groups]
        )

    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        schedule = make(stepper, kind, options)
        record()
        for step in range(STEPS):
            stepper.step()
            schedule.step(*(metrics[step : step + 1] if metrics else []))
            record()
    case['rates'] = rates
    if kind in ('OneCycleLR', 'CyclicLR'):
        case['momenta'] = momenta
    return case
