"""The model of pytorch-weights.ts in PyTorch: writes its weights to tagger.safetensors, and prints what it makes of a sequence."""
import torch
from safetensors.torch import save_model
from torch import nn


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(2, 3, num_layers=2, bidirectional=True)
        self.output = nn.Linear(6, 2)

    def forward(self, x):  # [L, 2]
        hidden, _ = self.rnn(x)  # [L, 6]
        return self.output(hidden)  # [L, 2]


x = torch.tensor([[1.0, 2.0], [-1.0, 0.0], [0.5, -1.0]])

if __name__ == '__main__':
    torch.manual_seed(1)
    model = Tagger()
    save_model(model, 'tagger.safetensors')
    print(model(x))
