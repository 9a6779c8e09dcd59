"""Moving averages of parameters over ten updates, by torch.optim.swa_utils.AveragedModel."""
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

from fixture import Case, draw, encode

UPDATES = 10
SHAPES = {'weight': [2, 3], 'bias': [2]}


def cases():
    return [run(decay) for decay in (0.0, 0.5, 0.9, 0.999)]


def run(decay):
    name = f'an average that keeps {decay}'
    case = Case(name, decay=decay)
    model = nn.Linear(3, 2)
    averaged = AveragedModel(model, avg_fn=lambda average, parameter, _: decay * average + (1 - decay) * parameter)
    history = {key: [] for key in SHAPES}
    for update in range(UPDATES):
        with torch.no_grad():
            for key, parameter in model.named_parameters():
                parameter.copy_(draw(f'{name}/{key}/{update}', SHAPES[key], -1, 1))
        averaged.update_parameters(model)
        for key, parameter in averaged.module.named_parameters():
            history[key].append(parameter.detach().clone())
    case.expected = {key: encode(torch.stack(values)) for key, values in history.items()}
    return case.json()
